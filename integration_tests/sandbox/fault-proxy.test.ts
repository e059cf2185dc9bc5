import { createServer, type IncomingMessage, type Server } from "node:http";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FaultProxy, startFaultProxy } from "./fault-proxy";
import { closeServer, listen } from "./http";
import { type SandboxS3, startS3 } from "./index";

/** Requests that the server behind the proxy has seen whole. */
let processed: string[];
let server: Server;
let proxy: FaultProxy;

const answerText = "0123456789".repeat(10);

beforeEach(async () => {
  processed = [];
  server = createServer(async (request, response) => {
    try {
      const body = await textOf(request);
      processed.push(`${request.method} ${request.url} ${body.length}`);
      response.writeHead(200, { "content-length": answerText.length }).end(answerText);
    } catch {
      // The request was cut; nobody is left to answer.
    }
  });
  proxy = await startFaultProxy(await listen(server, 0));
});
afterEach(async () => {
  await proxy.close();
  await closeServer(server);
});

async function textOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

const ask = async (path = "/a?b=c", body = "x"): Promise<string> =>
  (await fetch(proxy.url + path, { method: "POST", body })).text();

/** The code under fetch's "fetch failed" or "terminated". */
const failureOf = (asking: Promise<unknown>): Promise<string | undefined> =>
  asking.then(
    () => undefined,
    (error: { cause?: { code?: string } }) => error.cause?.code ?? "no code",
  );

test("without faults everything passes, over connections that are kept", async () => {
  for (let count = 0; count < 3; count += 1) expect(await ask()).toBe(answerText);
  const large = "y".repeat(3_000_000);
  expect(await ask("/large", large)).toBe(answerText);
  expect(processed).toEqual([...Array(3).fill("POST /a?b=c 1"), "POST /large 3000000"]);
  expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    ...Array(3).fill("POST /a"),
    "POST /large",
  ]);
});

test("drops before processing", async () => {
  proxy.add({ kind: "drop_before" });
  expect(await failureOf(ask())).toBe("UND_ERR_SOCKET");
  expect(processed).toEqual([]);
  expect(await ask()).toBe(answerText);
});

test("drops after processing", async () => {
  proxy.add({ kind: "drop_after" });
  expect(await failureOf(ask())).toBe("UND_ERR_SOCKET");
  expect(processed).toHaveLength(1);
});

test("resets where a fault says so", async () => {
  proxy.add({ kind: "drop_after", reset: true });
  expect(await failureOf(ask())).toBe("ECONNRESET");
});

test("cuts a request in the middle", async () => {
  proxy.add({ kind: "half_request" });
  expect(await failureOf(ask("/a", "z".repeat(1000)))).toBe("UND_ERR_SOCKET");
  expect(processed).toEqual([]);
});

test.each([
  [undefined, 50],
  [10, 10],
])("cuts an answer after %s bytes of its body", async (afterBytes, expected) => {
  proxy.add({ kind: "half_response", afterBytes });
  const { body } = await fetch(proxy.url);
  let read = 0;
  const reading = (async () => {
    for await (const chunk of body ?? []) read += chunk.length;
  })();
  expect(await failureOf(reading)).toBe("UND_ERR_SOCKET");
  expect(read).toBe(expected);
  expect(processed).toHaveLength(1);
});

test("stalls an answer until the client loses patience", async () => {
  proxy.add({ kind: "stall", afterBytes: 7 });
  const giveUp = new AbortController();
  const { body } = await fetch(proxy.url, { signal: giveUp.signal });
  let read = "";
  const reading = (async () => {
    for await (const chunk of body ?? []) {
      read += Buffer.from(chunk).toString();
      giveUp.abort();
    }
  })();
  await expect(reading).rejects.toThrow("aborted");
  expect(read).toBe("0123456");
});

test("delays and drips", async () => {
  const startedMs = performance.now();
  proxy.add({ kind: "delay", delayMs: 100 });
  proxy.add({ kind: "drip", pieceBytes: 50, pauseMs: 40 });
  expect(await ask()).toBe(answerText);
  // Head and body are some 200 bytes: at least four pieces. A timer may be a millisecond early.
  expect(performance.now() - startedMs).toBeGreaterThan(100 + 3 * 40 - 4);
});

test("strikes the requests that are meant", async () => {
  const fault = proxy.add({ kind: "drop_before", method: "POST", path: /^\/b/, skip: 1, times: 2 });
  expect(await ask("/a")).toBe(answerText);
  expect(await ask("/b")).toBe(answerText);
  expect(await failureOf(fetch(`${proxy.url}/b`))).toBeUndefined();
  expect(await failureOf(ask("/b"))).toBe("UND_ERR_SOCKET");
  expect(await failureOf(ask("/b2"))).toBe("UND_ERR_SOCKET");
  expect(await ask("/b")).toBe(answerText);
  expect(fault.hits).toBe(2);
  const other = proxy.add({ kind: "drop_before", times: Number.POSITIVE_INFINITY });
  expect(await failureOf(ask())).toBe("UND_ERR_SOCKET");
  other.remove();
  expect(await ask()).toBe(answerText);
});

describe("before S3", () => {
  let s3: SandboxS3;
  let client: S3Client;
  beforeAll(async () => {
    s3 = await startS3();
    await s3.createBucket("b");
  });
  afterAll(() => s3.close());
  beforeEach(async () => {
    await proxy.close();
    proxy = await startFaultProxy(s3.endpoint);
    const { region, accessKeyId, secretAccessKey } = s3;
    client = new S3Client({
      endpoint: proxy.url,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    });
  });
  afterEach(() => client.destroy());

  test("signatures stay true; a write that was processed is there although nobody was told", async () => {
    const Body = Buffer.alloc(3_000_000, 1);
    const drop = proxy.add({ kind: "drop_after", method: "PUT", reset: true });
    await client.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body }));
    expect(drop.hits).toBe(1);
    expect(s3.requestCounts.PutObject).toBe(2);
    proxy.add({ kind: "half_response", path: "/b/k", reset: true });
    const { Body: cut } = await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
    await expect(cut?.transformToByteArray()).rejects.toThrow();
    const { Body: whole } = await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
    expect((await whole?.transformToByteArray())?.length).toBe(Body.length);
  });
});
