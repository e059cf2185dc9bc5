import { existsSync } from "node:fs";
import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type SandboxS3, startS3 } from "../index";

let s3: SandboxS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  await s3.createBucket("bucket");
  client = s3.client();
});
afterAll(() => s3.close());
afterEach(() => s3.faults.clear());

const put = (Key: string, Body: string | Buffer = "x") =>
  client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body }));
const get = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "bucket", Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const once = () => {
  const { region, endpoint, accessKeyId, secretAccessKey } = s3;
  return new S3Client({
    region,
    endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
};

describe("as S3", () => {
  it.each(["plain.txt", "a/b c/ü+&=%20'()*!.txt", "日本/🎿", "trailing.gz"])(
    "keeps an object under %s",
    async (key) => {
      await put(key, `content of ${key}`);
      expect((await get(key)).toString()).toBe(`content of ${key}`);
    },
  );

  it("takes streams, with checksums in the trailer", async () => {
    const chunks = Array.from({ length: 50 }, (_, index) => Buffer.alloc(10_000, index));
    const Body = Readable.from(chunks);
    await client.send(
      new PutObjectCommand({ Bucket: "bucket", Key: "stream", Body, ContentLength: 500_000 }),
    );
    expect((await get("stream")).equals(Buffer.concat(chunks))).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket: "bucket", Key: "stream" }));
    expect(head).toMatchObject({ ContentLength: 500_000 });
    expect(head.ContentEncoding).toBeUndefined();
  });

  it("takes multipart uploads", async () => {
    const target = { Bucket: "bucket", Key: "multipart" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
    const parts = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.from("the end")];
    const Parts = await Promise.all(
      parts.map(async (Body, index) => {
        const PartNumber = index + 1;
        const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
        return { ETag, PartNumber };
      }),
    );
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
    expect((await get("multipart")).equals(Buffer.concat(parts))).toBe(true);
  });

  it("pages listings and deletes many at once", async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `list/${index % 3}/${index}`);
    await Promise.all(keys.map((key) => put(key)));
    const listed: string[] = [];
    let pages = 0;
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: "bucket", Prefix: "list/", MaxKeys: 10, ContinuationToken }),
      );
      listed.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      ContinuationToken = page.NextContinuationToken;
      pages += 1;
    } while (ContinuationToken !== undefined);
    expect(pages).toBe(3);
    expect(listed).toEqual(keys.toSorted());
    const after = { Bucket: "bucket", Prefix: "list/", StartAfter: "list/1", Delimiter: "/" };
    const { CommonPrefixes } = await client.send(new ListObjectsV2Command(after));
    expect(CommonPrefixes).toEqual([{ Prefix: "list/1/" }, { Prefix: "list/2/" }]);
    const Objects = keys.map((Key) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket: "bucket", Delete: { Objects } }));
    expect(
      (await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "list/" }))).KeyCount,
    ).toBe(0);
  });

  it("never shows a half-written object", async () => {
    async function* slowly() {
      yield Buffer.alloc(1000, "a");
      const during = await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "slow" }));
      expect(during.KeyCount).toBe(0);
      yield Buffer.alloc(1000, "b");
    }
    const Body = Readable.from(slowly());
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "slow", Body, ContentLength: 2000 }));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "slow" }));
    expect(Contents).toMatchObject([{ Key: "slow", Size: 2000 }]);
  });

  it("honours If-None-Match: *", async () => {
    await put("taken", "first");
    const again = new PutObjectCommand({ Bucket: "bucket", Key: "taken", Body: "second", IfNoneMatch: "*" });
    await expect(client.send(again)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect((await get("taken")).toString()).toBe("first");
  });

  it("gives ranges, and lists buckets", async () => {
    await put("range", "0123456789");
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: "bucket", Key: "range", Range: "bytes=2-4" }),
    );
    expect(await Body?.transformToString()).toBe("234");
    expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: "bucket" }]);
  });
});

describe("refusals", () => {
  const list = (Bucket: string) => new ListObjectsV2Command({ Bucket });

  it("are those of S3 for buckets, keys and regions", async () => {
    await expect(client.send(list("missing"))).rejects.toMatchObject({ name: "NoSuchBucket" });
    const missing = new GetObjectCommand({ Bucket: "bucket", Key: "missing" });
    await expect(client.send(missing)).rejects.toMatchObject({ name: "NoSuchKey" });
    const { endpoint, accessKeyId, secretAccessKey } = s3;
    const credentials = { accessKeyId, secretAccessKey };
    await expect(
      s3.client({ ...credentials, accessKeyId: "AKIAOTHER" }).send(list("bucket")),
    ).rejects.toMatchObject({
      name: "InvalidAccessKeyId",
    });
    await expect(
      s3.client({ ...credentials, secretAccessKey: "other" }).send(list("bucket")),
    ).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    const elsewhere = new S3Client({ region: "us-west-2", endpoint, forcePathStyle: true, credentials });
    await expect(elsewhere.send(list("bucket"))).rejects.toMatchObject({
      name: "AuthorizationHeaderMalformed",
      message: expect.stringContaining("expecting 'eu-west-1'"),
    });
    expect((await fetch(`${endpoint}/bucket/?list-type=2`)).status).toBe(403);
  });
});

describe("faults", () => {
  it("refuse one action", async () => {
    s3.faults.add({
      kind: "error",
      code: "AccessDenied",
      action: "PutObject",
      times: Number.POSITIVE_INFINITY,
    });
    await expect(put("denied", Buffer.alloc(300_000))).rejects.toMatchObject({
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    expect(
      (await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "denied" }))).KeyCount,
    ).toBe(0);
  });

  it("are gone after as many times as told", async () => {
    const fault = s3.faults.add({ kind: "error", code: "SlowDown", key: /^slow/, times: 2 });
    await put("slow-down");
    expect(fault.hits).toBe(2);
  });

  it("drop and cut connections", async () => {
    await put("cut", Buffer.alloc(100_000));
    s3.faults.add({ kind: "drop", action: "HeadObject" });
    await expect(once().send(new HeadObjectCommand({ Bucket: "bucket", Key: "cut" }))).rejects.toThrow();
    s3.faults.add({ kind: "cut", action: "GetObject", afterBytes: 1000 });
    await expect(get("cut")).rejects.toThrow();
    expect(await get("cut")).toHaveLength(100_000);
  });

  it("delay", async () => {
    s3.faults.add({ kind: "delay", delayMs: 80 });
    const startMs = performance.now();
    await put("late");
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(75);
  });
});

it("counts requests by action, and removes its folder in the end", async () => {
  const other = await startS3();
  await other.createBucket("b");
  await other.client().send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "x" }));
  await other.client().send(new ListObjectsV2Command({ Bucket: "b" }));
  expect(other.requestCounts).toEqual({ PutObject: 1, ListObjectsV2: 1 });
  await other.close();
  expect(existsSync(other.directory)).toBe(false);
  expect((await get("plain.txt")).toString()).toBe("content of plain.txt");
});
