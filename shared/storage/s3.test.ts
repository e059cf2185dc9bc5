import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { thrownBy } from "../testing/thrown";
import { type S3Config, S3Storage } from "./s3";
import { ObjectNotFoundError, readAll } from "./storage";

interface Received {
  /** Method, path and query: `GET /bucket?list-type=2`. */
  line: string;
  headers: IncomingMessage["headers"];
  body: string;
}

type Answer = (response: ServerResponse, received: Received) => void;

const answer =
  (status: number, body = "", headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);

const xmlError = (status: number, code: string, headers?: Record<string, string>): Answer =>
  answer(status, `<Error><Code>${code}</Code><Message>words</Message></Error>`, headers);

const listing = (keys: Record<string, number>, next?: string): Answer => {
  const contents = Object.entries(keys).map(
    ([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`,
  );
  const more = next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return answer(
    200,
    `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${contents.join("")}${more}</ListBucketResult>`,
  );
};

/** What the stand-in for S3 answers, one after the other; the last answer goes on. */
let answers: Answer[];
let received: Received[];
let server: Server;
let endpoint: string;
let storages: S3Storage[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const next = { line: `${request.method} ${request.url}`, headers: request.headers, body };
    received.push(next);
    const [first, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    first?.(response, next);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  answers = [answer(200)];
  received = [];
  storages = [];
});
afterEach(() => {
  for (const storage of storages) storage.close();
});

function storageWith(config: Partial<S3Config> = {}, silenceMs?: number): S3Storage {
  const whole: S3Config = {
    s3_bucket_name: "my-bucket",
    s3_bucket_region: "eu-central-1",
    s3_endpoint: endpoint,
    access_key_id: "AKIATEST",
    secret_access_key: "the-secret",
    ...config,
  };
  const storage = new S3Storage(whole, undefined, silenceMs);
  storages.push(storage);
  return storage;
}

const paths = () => received.map(({ line }) => line.replace(/\?.*/, ""));

describe("S3Storage", () => {
  test.each([
    [undefined, "s3://my-bucket", "/my-bucket/a"],
    ["", "s3://my-bucket", "/my-bucket/a"],
    ["/deep/folder/", "s3://my-bucket/deep/folder", "/my-bucket/deep/folder/a"],
  ])(
    "with bucket_path %j works below %s, the bucket in the path of the URL",
    async (bucket_path, location, path) => {
      const storage = storageWith({ bucket_path });
      await storage.write("a", Buffer.from("content"));
      await (await storage.read("a")).resume();
      expect(storage.location).toBe(location);
      expect(paths()).toEqual([`PUT ${path}`, `GET ${path}`]);
      expect(received[0]?.body).toBe("content");
      expect(received[0]?.headers["content-type"]).toBe("application/octet-stream");
      expect(received[0]?.headers.authorization).toMatch(/Credential=AKIATEST\/\d+\/eu-central-1\/s3\//);
    },
  );

  test("lists page after page, keys without the path", async () => {
    answers = [listing({ "root/x/1": 5, "root/x/2": 6 }, "more"), listing({ "root/x/3": 0 })];
    expect(await storageWith({ bucket_path: "root" }).list("x/")).toEqual([
      { key: "x/1", sizeBytes: 5 },
      { key: "x/2", sizeBytes: 6 },
      { key: "x/3", sizeBytes: 0 },
    ]);
    expect(received[0]?.line).toContain("prefix=root%2Fx%2F");
    expect(received[1]?.line).toContain("continuation-token=more");
  });

  test("a listing that leads in a circle is an error, and no endless loop", async () => {
    answers = [listing({ "x/a": 1 }, "more")];
    const error = await thrownBy(() => storageWith().list(""));
    expect(error.failureType).toBe("transient_error");
    expect(received).toHaveLength(2);
  });

  test("reads an object whole", async () => {
    answers = [answer(200, "x".repeat(200_000))];
    expect(await readAll(storageWith(), "a")).toHaveLength(200_000);
  });

  test("removes a thousand objects a request, with a checksum", async () => {
    answers = [answer(200, "<DeleteResult/>")];
    await storageWith({ bucket_path: "root" }).remove(
      Array.from({ length: 1001 }, (_, index) => `k${index}`),
    );
    expect(received.map(({ body }) => body.split("<Key>").length - 1)).toEqual([1000, 1]);
    expect(received[1]?.body).toContain("<Key>root/k1000</Key>");
    expect(Object.keys(received[0]?.headers ?? {})).toContainEqual(
      expect.stringMatching(/checksum-crc32|content-md5/),
    );
  });

  test("removes nothing without a request", async () => {
    await storageWith().remove([]);
    expect(received).toEqual([]);
  });
});

describe("failures", () => {
  test("an object that is not there is its own kind of error", async () => {
    answers = [xmlError(404, "NoSuchKey")];
    await expect(storageWith().read("a/b")).rejects.toEqual(new ObjectNotFoundError("a/b"));
  });

  test("a bucket that is not there: the ones that the key sees are named", async () => {
    const buckets = "<Buckets><Bucket><Name>one</Name></Bucket><Bucket><Name>two</Name></Bucket></Buckets>";
    answers = [
      xmlError(404, "NoSuchBucket"),
      answer(200, `<ListAllMyBucketsResult>${buckets}</ListAllMyBucketsResult>`),
    ];
    expect(await thrownBy(() => storageWith().list(""))).toMatchObject({
      failureType: "config_error",
      message: 'The S3 bucket "my-bucket" does not exist. Check s3_bucket_name; the key sees one, two.',
    });
    expect(paths()).toEqual(["GET /my-bucket/", "GET /"]);
  });

  test("a key that may not even list the buckets", async () => {
    answers = [xmlError(403, "AccessDenied")];
    expect(await thrownBy(() => storageWith().write("a", Buffer.from("1")))).toMatchObject({
      failureType: "config_error",
      message:
        'The AWS credentials may not write in the S3 bucket "my-bucket": they need s3:PutObject. Check s3_bucket_name.',
    });
  });

  test("another region: S3 says which", async () => {
    answers = [xmlError(301, "PermanentRedirect", { "x-amz-bucket-region": "us-west-2" })];
    expect((await thrownBy(() => storageWith().list(""))).message).toBe(
      'The S3 bucket "my-bucket" is not in the region eu-central-1: check s3_bucket_region. It is in us-west-2.',
    );
  });

  test("an object that could not be removed", async () => {
    answers = [
      answer(
        200,
        "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>",
      ),
      xmlError(403, "AccessDenied"),
    ];
    expect((await thrownBy(() => storageWith().remove(["a"]))).message).toContain(
      "they need s3:DeleteObject",
    );
  });

  test("an object that was removed by somebody else counts as removed", async () => {
    answers = [answer(200, "<DeleteResult><Error><Key>a</Key><Code>NoSuchKey</Code></Error></DeleteResult>")];
    await storageWith().remove(["a"]);
  });

  test("a connection that is cut in the middle of an object", async () => {
    answers = [
      (response) => {
        response.writeHead(200, { "content-length": "1000" }).write("half");
        response.socket?.destroySoon();
      },
    ];
    expect(await thrownBy(() => readAll(storageWith(), "a"))).toMatchObject({
      failureType: "transient_error",
      message: `${endpoint} can't be reached (ECONNRESET): check s3_endpoint, s3_bucket_region and the network.`,
    });
  });

  test("an object that stops coming in the middle", async () => {
    answers = [(response) => response.writeHead(200, { "content-length": "1000" }).write("half")];
    const storage = storageWith({}, 1000);
    expect(await thrownBy(() => readAll(storage, "a"))).toMatchObject({
      failureType: "transient_error",
      message: expect.stringContaining("can't be reached (ETIMEDOUT)"),
      internal: expect.stringContaining("stopped coming"),
    });
  });

  test("a reader who takes longer than S3 may be silent", async () => {
    answers = [answer(200, "x".repeat(5_000_000))];
    const content = await storageWith({}, 1000).read("a");
    let bytes = 0;
    for await (const chunk of content) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 2500));
      bytes += (chunk as Buffer).length;
    }
    expect(bytes).toBe(5_000_000);
  });

  test("who stops reading halfway leaves no connection behind", async () => {
    let closed = false;
    answers = [
      (response) => {
        response.on("close", () => {
          closed = true;
        });
        response.writeHead(200).write("x".repeat(1000));
      },
    ];
    for await (const _ of await storageWith().read("a")) break;
    while (!closed) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([
    ["half a key pair", { secret_access_key: undefined }, /only one is set; set both, or neither/],
    [
      "an endpoint that is no URL",
      { s3_endpoint: "minio:9000" },
      /"object_storage_config.s3_endpoint" must be a URL such as https:\/\/s3.example.com, not "minio:9000"/,
    ],
    [
      "an endpoint of another machine without TLS",
      { s3_endpoint: "http://minio.example.com:9000" },
      /"object_storage_config.s3_endpoint" must start with https:\/\/ \(http is allowed only inside a private network\)/,
    ],
  ])("%s is refused before anything is sent", async (_, config, sentence) => {
    const error = await thrownBy(() => storageWith(config));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toMatch(sentence);
  });
});
