import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StoppedError } from "../airbyte/errors";
import { FakeClock } from "../testing/fake-clock";
import { MemoryOutput } from "../testing/memory-output";
import { thrownBy } from "../testing/thrown";
import { BrazeClient, type BrazeClientOptions } from "./client";
import { BrazeStatusError } from "./errors";
import type { AnsweredRequest } from "./observe";
import { RateLimit } from "./rate-limit";
import { brisk } from "./retry";

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
  /** Port of the client's end: tells connections apart. */
  port: number | undefined;
  /** When it came, on the fake clock. */
  atMs: number;
}

type Answer = (response: ServerResponse, received: Received) => void;

const answer =
  (status: number, body: unknown = { message: "success" }, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
const ok = answer(201);
const cutConnection: Answer = (response) => response.socket?.destroy();
const cutHalfway: Answer = (response) => {
  response.writeHead(200, { "content-length": "100" }).write("{");
  response.socket?.destroySoon();
};
const silence: Answer = () => undefined;

/** What the server answers, one after the other; the last answer goes on. */
let answers: Answer[];
let received: Received[];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, url, headers, socket } = request;
    // The fake clock is Braze's, too.
    response.sendDate = false;
    const next = { method, url, headers, body, port: socket.remotePort, atMs: clock.nowMs };
    received.push(next);
    const [first, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    first?.(response, next);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let clock: FakeClock;
let memory: MemoryOutput;
let stop: AbortController;
let clients: BrazeClient[];

beforeEach(() => {
  answers = [ok];
  received = [];
  clock = new FakeClock();
  memory = new MemoryOutput();
  stop = new AbortController();
  clients = [];
});
afterEach(() => Promise.all(clients.map((client) => client.close())));

function clientWith(options: Partial<BrazeClientOptions> = {}): BrazeClient {
  const { now, sleep } = clock;
  const client = new BrazeClient({
    url,
    apiKey: "the-key",
    userAgent: "test/1.0",
    log: memory.output.log,
    stop: stop.signal,
    now,
    sleep,
    ...options,
  });
  clients.push(client);
  return client;
}

const warnings = () => memory.messages().map(({ log }) => log?.message);

describe("a request", () => {
  test("carries the key, the agent, a query and a JSON body", async () => {
    const client = clientWith({ url: `${url}/` });
    await client.post("/users/track", {
      body: { attributes: [{ external_id: "ü" }] },
      headers: { "x-braze-bulk": "true" },
    });
    await client.get("/segments/list", { query: { page: 0, sort_direction: undefined, q: "a b&c" } });
    expect(client.endpoint).toBe(url);
    expect(received[0]).toMatchObject({
      method: "POST",
      url: "/users/track",
      body: '{"attributes":[{"external_id":"ü"}]}',
      headers: {
        authorization: "Bearer the-key",
        "user-agent": "test/1.0",
        "content-type": "application/json",
        "x-braze-bulk": "true",
      },
    });
    expect(received[1]).toMatchObject({ method: "GET", url: "/segments/list?page=0&q=a+b%26c", body: "" });
    expect(received[1]?.headers).not.toHaveProperty("content-type");
  });

  test("sends JSON text and bytes as they are", async () => {
    const client = clientWith();
    await client.post("/a", { body: '{"n": 1}' });
    await client.post("/a", { body: Buffer.from('{"n": 2}') });
    expect(received.map(({ body }) => body)).toEqual(['{"n": 1}', '{"n": 2}']);
  });

  test("gets status, headers and the parsed body", async () => {
    answers = [answer(202, { message: "queued" }, { "x-request-id": "7" })];
    const response = await clientWith().post("/users/track", { body: {} });
    expect(response).toMatchObject({
      status: 202,
      body: { message: "queued" },
      headers: { "x-request-id": "7" },
    });
  });

  test.each([
    ["a page", "<html>"],
    ["nothing", ""],
  ])("a body that is %s instead of JSON is undefined", async (_, body) => {
    answers = [answer(200, body)];
    expect((await clientWith().get("/a")).body).toBeUndefined();
  });

  test("keeps its connections", async () => {
    const client = clientWith();
    for (let count = 0; count < 20; count += 1) await client.get("/a");
    // Two, for undici may open a second one while the first is being put back.
    expect(new Set(received.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
  });

  test("goes straight to this machine although the environment names a proxy", async () => {
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    try {
      expect((await clientWith({ retry: brisk }).get("/a")).status).toBe(201);
    } finally {
      delete process.env.HTTP_PROXY;
    }
  });

  test("is told to whoever observes: each attempt with its status, its size and how long it took", async () => {
    const told: unknown[] = [];
    const sent = (path: string): void => void told.push(path);
    const answered = (request: AnsweredRequest): void => void told.push(request);
    const late: Answer = (response, request) => {
      clock.nowMs += 250;
      ok(response, request);
    };
    answers = [cutConnection, answer(503), late];
    const client = clientWith({ observer: { sent, answered } });
    await client.post("/users/track?a=1", { body: "grüße" });
    const path = "/users/track";
    const attempt = (status: number | undefined, durationMs: number) => [
      path,
      { path, status, durationMs, sizeBytes: 7, startedAtMs: expect.any(Number) },
    ];
    expect(told).toEqual([...attempt(undefined, 0), ...attempt(503, 0), ...attempt(201, 250)]);
    expect(told.slice(-1)).toMatchObject([{ startedAtMs: clock.nowMs - 250 }]);
  });

  test("a key that can't be one is refused before anything is sent", async () => {
    expect((await thrownBy(() => clientWith({ apiKey: "a\nb" }))).message).toContain(
      '"api_key" holds characters',
    );
    await clientWith({ apiKey: " the-key\n" }).get("/a");
    expect(received[0]?.headers.authorization).toBe("Bearer the-key");
  });
});

describe("failures that may pass", () => {
  test.each([
    ["500", answer(500)],
    ["502 with a page", answer(502, "<html>Bad gateway</html>")],
    ["503", answer(503)],
    ["529", answer(529)],
    ["408", answer(408)],
    ["a connection that is cut", cutConnection],
    ["an answer that is cut halfway", cutHalfway],
  ])("%s: tried again, with a warning", async (_, failure) => {
    answers = [failure, failure, ok];
    expect((await clientWith().post("/users/track", { body: {} })).status).toBe(201);
    expect(received).toHaveLength(3);
    expect(warnings()).toHaveLength(2);
    expect(warnings()[0]).toMatch(/; trying again in 0\.[2-5] s \(attempt 2 of 8\)\.$/);
  });

  test("JSON that ends in the middle, in an answer that looks whole", async () => {
    const half = answer(200, '{"segments":[{"id":');
    answers = [half, half, ok];
    expect((await clientWith().get("/a")).body).toEqual({ message: "success" });
    answers = [half, ok];
    expect((await clientWith().post("/a", { repeatable: () => true })).body).toEqual({ message: "success" });
    expect(received).toHaveLength(5);
    answers = [half];
    const error = await thrownBy(() => clientWith({ retry: brisk }).get("/a"));
    expect(error).toMatchObject({
      failureType: "transient_error",
      message: "Braze's answers to /a keep breaking off; try again later.",
    });
  });

  test("an answer without end is not read into memory", async () => {
    answers = [
      (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write("x".repeat(10_000)));
        };
        response.on("drain", more);
        more();
      },
    ];
    const client = clientWith({ retry: brisk, maxAnswerBytes: 100_000 });
    expect(await thrownBy(() => client.get("/a"))).toMatchObject({
      failureType: "transient_error",
      message: expect.stringContaining("its answer is longer than any of Braze's"),
    });
  });

  test("but not a write that was answered with half of JSON: it was processed", async () => {
    answers = [answer(201, '{"message":'), ok];
    expect(await clientWith().post("/a")).toMatchObject({ status: 201, body: undefined });
    expect(received).toHaveLength(1);
  });

  test("silence is a failure, too", async () => {
    answers = [silence, ok];
    // undici looks at its clock once a second.
    expect((await clientWith({ timeoutMs: 100 }).get("/a")).status).toBe(201);
    expect(warnings()[0]).toMatch(/^UND_ERR_HEADERS_TIMEOUT: /);
  });

  test("the pauses grow", async () => {
    answers = [answer(500)];
    await thrownBy(() => clientWith().get("/a"));
    expect(clock.sleptMs).toHaveLength(7);
    for (const [index, pauseMs] of clock.sleptMs.entries()) {
      const longestMs = Math.min(30_000, 500 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(longestMs);
    }
  });

  test("the attempts are counted", async () => {
    answers = [answer(503, { message: "Maintenance" })];
    const error = await thrownBy(() => clientWith({ retry: { ...brisk, maxAttempts: 3 } }).get("/a"));
    expect(received).toHaveLength(3);
    expect(error.failureType).toBe("transient_error");
    expect(error.message).toContain("Braze kept failing at /a (503: Maintenance)");
  });

  test("the time is limited: attempts and the pauses between them", async () => {
    answers = [
      (response, { headers }) => {
        clock.nowMs += 4000;
        answer(500)(response, { headers } as Received);
      },
    ];
    await thrownBy(() =>
      clientWith({ retry: { ...brisk, maxAttempts: 100, maxElapsedMs: 10_000 } }).get("/a"),
    );
    expect(received.length).toBeGreaterThanOrEqual(2);
    expect(received.length).toBeLessThanOrEqual(3);
  });

  test("waiting for the rate limit is not counted as failing", async () => {
    answers = [answer(429, {}, { "x-ratelimit-retry-after": "1800" }), answer(500), ok];
    expect((await clientWith().get("/a")).status).toBe(201);
  });

  test("an endpoint where nobody listens", async () => {
    const error = await thrownBy(() => clientWith({ url: "http://127.0.0.1:1", retry: brisk }).get("/a"));
    expect(error).toMatchObject({
      failureType: "transient_error",
      message:
        "http://127.0.0.1:1 can't be reached: it refuses connections. Check the network and url, or try again later.",
    });
  });
});

describe("failures that stay", () => {
  test.each([
    [400, "system_error", "Braze refused POST /users/track as malformed (400: No good)."],
    [401, "config_error", "has the permission users.track"],
    [403, "config_error", "has the permission users.track"],
    [404, "config_error", "is the REST endpoint of your instance"],
    [413, "system_error", "too large"],
    [422, "system_error", "Braze refused POST /users/track (422: No good)."],
  ])("%d is not tried again, and told in a sentence", async (status, failureType, sentence) => {
    answers = [answer(status, { message: "No good" })];
    const error = await thrownBy(() =>
      clientWith().post("/users/track", { body: {}, permission: "users.track" }),
    );
    expect(received).toHaveLength(1);
    expect(error).toBeInstanceOf(BrazeStatusError);
    expect(error).toMatchObject({ failureType, status });
    expect(error.message).toContain(sentence);
  });

  test("a redirect is not followed: the key would travel with it", async () => {
    answers = [answer(302, "", { location: "/elsewhere" })];
    const error = await thrownBy(() => clientWith().get("/a"));
    expect(received).toHaveLength(1);
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("redirects /a elsewhere");
  });

  test("the caller may judge some of them itself, and only those", async () => {
    answers = [answer(400, { message: "m" }), answer(429), answer(503), answer(413)];
    const client = clientWith();
    const accept = [400, 429, 503];
    expect((await client.get("/a", { accept })).body).toEqual({ message: "m" });
    expect((await client.get("/a", { accept })).status).toBe(429);
    expect((await client.get("/a", { accept })).status).toBe(503);
    expect((await thrownBy(() => client.get("/a", { accept }))).message).toContain("too large");
  });
});

describe("429", () => {
  const waitedMs = (): number => (received[1]?.atMs ?? 0) - (received[0]?.atMs ?? 0);

  test.each([
    ["x-ratelimit-retry-after", { "x-ratelimit-retry-after": "3" }, 3000],
    ["retry-after", { "retry-after": "4" }, 4000],
    ["x-ratelimit-reset as a time", { "x-ratelimit-reset": String(new FakeClock().nowMs / 1000 + 5) }, 5000],
    ["x-ratelimit-reset as a duration", { "x-ratelimit-reset": "6" }, 6000],
  ])("waits as long as %s says, and little longer", async (_, headers, expectedMs) => {
    answers = [answer(429, {}, headers), ok];
    expect((await clientWith().get("/a")).status).toBe(201);
    expect(waitedMs()).toBeGreaterThanOrEqual(expectedMs);
    expect(waitedMs()).toBeLessThanOrEqual(expectedMs + 101);
  });

  test.each([
    ["without a header", {}],
    ["with a wait of zero", { "x-ratelimit-retry-after": "0" }],
    ["with a time that is past", { "retry-after": "Thu, 01 Jan 2026 00:00:00 GMT" }],
  ])("%s: comes back less and less often", async (_, headers) => {
    answers = [...Array<Answer>(6).fill(answer(429, {}, headers)), ok];
    await clientWith().get("/a");
    const gaps = received.slice(1).map(({ atMs }, index) => atMs - (received[index]?.atMs ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(250);
    expect(gaps[5]).toBeGreaterThanOrEqual(8000);
  });

  test("a storm of them is waited out: never earlier than told, and later each time", async () => {
    const told: Answer[] = [
      answer(429, {}, { "x-ratelimit-retry-after": "7" }),
      (response, asked) =>
        answer(429, {}, { "retry-after": new Date(asked.atMs + 9000).toUTCString() })(response, asked),
      answer(429, {}, { "x-ratelimit-reset": "8" }),
      answer(429, {}, { "retry-after": "6" }),
    ];
    answers = [...told, ...Array<Answer>(8).fill(answer(429, "<html>")), ok];
    expect((await clientWith().get("/a")).status).toBe(201);
    const waits = received.slice(1).map(({ atMs }, index) => atMs - (received[index]?.atMs ?? 0));
    expect(waits.slice(0, 4).map((ms, index) => ms >= ([7000, 8000, 8000, 6000][index] ?? 0))).toEqual(
      Array(4).fill(true),
    );
    // Without a header the pauses are as long as after that many failures: 8 to 30 s.
    expect(Math.min(...waits.slice(4))).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(31_000);
  });

  test("holds back every request of the same limit, and no other", async () => {
    const limit = new RateLimit({ now: clock.now, sleep: clock.sleep });
    answers = [answer(429, {}, { "x-ratelimit-retry-after": "60" }), ok];
    const client = clientWith();
    await client.get("/a", { limit });
    const blockedUntilMs = clock.nowMs;
    await client.get("/b");
    await client.get("/b", { limit });
    expect(clock.nowMs).toBe(blockedUntilMs);
    expect(received.map(({ url }) => url)).toEqual(["/a", "/a", "/b", "/b"]);
  });

  test("pages of one list share a limit", async () => {
    const soon = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" };
    answers = [answer(200, {}, soon), ok];
    const client = clientWith();
    await client.get("/events?cursor=a");
    await client.get("/events?cursor=b");
    expect(waitedMs()).toBe(9000);
    expect(warnings()[0]).toMatch(/^Waiting until .*Z: Braze's rate limit for this window is used up\.$/);
  });

  test("is given up when it would take too long, without waiting that long", async () => {
    answers = [answer(429, {}, { "x-ratelimit-retry-after": "3600" })];
    const error = await thrownBy(() => clientWith({ retry: brisk }).get("/a"));
    expect(error).toMatchObject({ failureType: "transient_error" });
    expect(error.message).toBe("Braze's rate limit for /a stayed exhausted; try again later.");
    expect(clock.sleptMs).toEqual([]);
  });
});

describe("a stop", () => {
  test("keeps new requests from being sent", async () => {
    stop.abort();
    await expect(clientWith().post("/a", { body: {} })).rejects.toBeInstanceOf(StoppedError);
    expect(received).toEqual([]);
  });

  test("ends the wait for the next attempt", async () => {
    answers = [answer(500)];
    const sleep = async (): Promise<void> => {
      stop.abort();
      throw new StoppedError();
    };
    await expect(clientWith({ sleep }).get("/a")).rejects.toBeInstanceOf(StoppedError);
    expect(received).toHaveLength(1);
  });

  test("cuts off a GET under way", async () => {
    answers = [() => stop.abort()];
    await expect(clientWith().get("/a")).rejects.toBeInstanceOf(StoppedError);
  });

  test("a client that is closed cuts off a write under way, and does not speak of an outage", async () => {
    let client: BrazeClient | undefined;
    answers = [() => void client?.close()];
    client = clientWith();
    await expect(client.post("/users/track", { body: {} })).rejects.toBeInstanceOf(StoppedError);
    expect(warnings()).toEqual([]);
  });

  test("lets a write under way come to its end", async () => {
    answers = [
      (response, next) => {
        stop.abort();
        ok(response, next);
      },
    ];
    expect((await clientWith().post("/users/track", { body: {} })).status).toBe(201);
  });
});
