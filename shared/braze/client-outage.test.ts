import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "../testing/fake-clock";
import { MemoryOutput } from "../testing/memory-output";
import { thrownBy } from "../testing/thrown";
import { BrazeClient } from "./client";
import { RateLimit } from "./rate-limit";
import { throughOutages } from "./retry";

const minuteMs = 60_000;

/** Statuses that the server answers with, one after the other; the last one goes on. 0 cuts the connection. */
let statuses: number[];
let requests: string[];
let server: Server;
let clock: FakeClock;
let memory: MemoryOutput;
let client: BrazeClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    requests.push(request.url ?? "");
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 201;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, status === 429 ? { "retry-after": "1800" } : {}).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  requests = [];
  clock = new FakeClock();
  memory = new MemoryOutput();
});
afterEach(() => client.close());

function open(maxOutageMs: number, url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`): void {
  client = new BrazeClient({
    url,
    apiKey: "the-key",
    userAgent: "test/1.0",
    log: memory.output.log,
    stop: new AbortController().signal,
    retry: throughOutages(maxOutageMs),
    now: clock.now,
    sleep: clock.sleep,
  });
}

const track = () => client.post("/users/track", { body: {} });
const times = (count: number, status: number): number[] => Array<number>(count).fill(status);

test.each([500, 502, 503, 504, 529, 0])("an outage of %d's is waited out", async (status) => {
  open(30 * minuteMs);
  statuses = [...times(40, status), 201];
  expect((await track()).status).toBe(201);
  expect(requests).toHaveLength(41);
  const levels = memory.messages().map(({ log }) => `${log?.level} ${log?.message}`);
  expect(levels.filter((line) => line.startsWith("WARN Braze does not work since"))).toHaveLength(1);
  expect(levels.at(-1)).toMatch(/^INFO Braze answers again after [\d.]+ minutes\.$/);
});

test("one that lasts longer ends with a sentence", async () => {
  open(5 * minuteMs);
  statuses = [503];
  const startMs = clock.nowMs;
  expect(await thrownBy(track)).toMatchObject({
    failureType: "transient_error",
    message: expect.stringMatching(
      /^Braze did not work for 5 minutes, which is longer than limits\.max_outage_minutes lets a sync wait\. The last attempt: Braze kept failing at \/users\/track \(503\)/,
    ),
  });
  expect(clock.nowMs - startMs).toBeLessThan(5.1 * minuteMs);
});

test("without patience a request has its own few attempts", async () => {
  open(0);
  statuses = [503];
  expect((await thrownBy(track)).message).toMatch(/^Braze kept failing at \/users\/track \(503\)/);
  expect(requests).toHaveLength(5);
});

test("429 is an answer: it ends an outage, and waiting for the rate limit is none", async () => {
  open(5 * minuteMs);
  statuses = [...times(8, 503), 429, ...times(8, 503), 429, ...times(8, 503), 201];
  expect((await track()).status).toBe(201);
});

test("waiting for an hourly limit in the middle of an outage does not count as one", async () => {
  open(5 * minuteMs);
  const limit = new RateLimit({ requestsPerHour: 8, now: clock.now, sleep: clock.sleep });
  statuses = [...times(12, 503), 201];
  const startMs = clock.nowMs;
  expect((await client.post("/users/track", { body: {}, limit })).status).toBe(201);
  expect(clock.nowMs - startMs).toBeGreaterThan(50 * minuteMs);
});

test("a request that alone fails, again and again, has as much time, and the others go on", async () => {
  open(5 * minuteMs);
  statuses = [];
  const startMs = clock.nowMs;
  const answers = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    request.resume();
    response.writeHead(request.url === "/bad" ? 500 : 201).end("{}");
  });
  try {
    const bad = thrownBy(() => client.post("/bad", { body: {} }));
    let isOver = false;
    void bad.then(() => {
      isOver = true;
    });
    let good = 0;
    while (!isOver) good += (await client.post("/good", { body: {} })).status === 201 ? 1 : 0;
    expect((await bad).message).toMatch(/^Braze kept failing at \/bad \(500\)/);
    expect(good).toBeGreaterThan(10);
    // The pause that would follow counts as well.
    expect(clock.nowMs - startMs).toBeGreaterThan(4.5 * minuteMs);
  } finally {
    server.removeAllListeners("request");
    for (const listener of answers) server.on("request", listener as () => void);
  }
});

test("an address that never worked is a wrong configuration, not an outage", async () => {
  open(30 * minuteMs, "http://localhost:1");
  // Nobody listens: that may pass, unlike a host that does not exist.
  expect(await thrownBy(track)).toMatchObject({ failureType: "transient_error" });
  await client.close();
  open(30 * minuteMs, "https://no-such-host.invalid");
  const startMs = clock.nowMs;
  const error = await thrownBy(track);
  if (error.internal?.startsWith("ENOTFOUND")) {
    expect(error.failureType).toBe("config_error");
    expect(clock.nowMs - startMs).toBeLessThan(minuteMs);
  }
});
