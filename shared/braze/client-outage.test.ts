import { answer, cutConnection, ScriptedBraze } from "../testing/scripted-braze";
import { thrownBy } from "../testing/thrown";
import type { BrazeClient } from "./client";
import { RateLimit } from "./rate-limit";
import { throughOutages } from "./retry";

const minuteMs = 60_000;

const braze = ScriptedBraze.forAllTests();
let client: BrazeClient;

function open(maxOutageMs: number, url = braze.url): void {
  client = braze.client({ url, retry: throughOutages(maxOutageMs) });
}

/** @param statuses 0 cuts the connection */
function answerWith(...statuses: number[]): void {
  braze.answers = statuses.map((status) => {
    if (status === 0) return cutConnection;
    return answer(status, {}, status === 429 ? { "retry-after": "1800" } : {});
  });
}

const track = () => client.post("/users/track", { body: {} });
const times = (count: number, status: number): number[] => Array<number>(count).fill(status);

test.each([500, 502, 503, 504, 529, 0])("an outage of %d's is waited out", async (status) => {
  open(30 * minuteMs);
  answerWith(...times(40, status), 201);
  expect((await track()).status).toBe(201);
  expect(braze.received).toHaveLength(41);
  const levels = braze.memory.messages().map(({ log }) => `${log?.level} ${log?.message}`);
  expect(levels.filter((line) => line.startsWith("WARN Braze does not work since"))).toHaveLength(1);
  expect(levels.at(-1)).toMatch(/^INFO Braze answers again after [\d.]+ minutes\.$/);
});

test("one that lasts longer ends with a sentence", async () => {
  open(5 * minuteMs);
  answerWith(503);
  const startMs = braze.clock.nowMs;
  expect(await thrownBy(track)).toMatchObject({
    failureType: "transient_error",
    message: expect.stringMatching(
      /^Braze did not work for 5 minutes, which is longer than limits\.max_outage_minutes lets a sync wait\. The last attempt: Braze kept failing at \/users\/track \(503\)/,
    ),
  });
  expect(braze.clock.nowMs - startMs).toBeLessThan(5.1 * minuteMs);
});

test("without patience a request has its own few attempts", async () => {
  open(0);
  answerWith(503);
  expect((await thrownBy(track)).message).toMatch(/^Braze kept failing at \/users\/track \(503\)/);
  expect(braze.received).toHaveLength(5);
});

test("429 is an answer: it ends an outage, and waiting for the rate limit is none", async () => {
  open(5 * minuteMs);
  answerWith(...times(8, 503), 429, ...times(8, 503), 429, ...times(8, 503), 201);
  expect((await track()).status).toBe(201);
});

test("waiting for an hourly limit in the middle of an outage does not count as one", async () => {
  open(5 * minuteMs);
  const limit = new RateLimit({ requestsPerHour: 8, now: braze.clock.now, sleep: braze.clock.sleep });
  answerWith(...times(12, 503), 201);
  const startMs = braze.clock.nowMs;
  expect((await client.post("/users/track", { body: {}, limit })).status).toBe(201);
  expect(braze.clock.nowMs - startMs).toBeGreaterThan(50 * minuteMs);
});

test("a request that alone fails, again and again, has as much time, and the others go on", async () => {
  open(5 * minuteMs);
  const startMs = braze.clock.nowMs;
  braze.answers = [(response, request) => answer(request.url === "/bad" ? 500 : 201, {})(response, request)];
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
  expect(braze.clock.nowMs - startMs).toBeGreaterThan(4.5 * minuteMs);
});

test("an address that never worked is a wrong configuration, not an outage", async () => {
  open(30 * minuteMs, "http://localhost:1");
  // Nobody listens: that may pass, unlike a host that does not exist.
  expect(await thrownBy(track)).toMatchObject({ failureType: "transient_error" });
  open(30 * minuteMs, "https://no-such-host.invalid");
  const startMs = braze.clock.nowMs;
  const error = await thrownBy(track);
  if (error.internal?.startsWith("ENOTFOUND")) {
    expect(error.failureType).toBe("config_error");
    expect(braze.clock.nowMs - startMs).toBeLessThan(minuteMs);
  }
});
