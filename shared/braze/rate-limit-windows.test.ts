import { setMaxListeners } from "node:events";
import fc from "fast-check";
import { SimulatedLimit, type SimulatedLimitOptions, sendUntil } from "../testing/simulated-limit";
import { SimulatedTime } from "../testing/simulated-time";
import { RateLimit } from "./rate-limit";
import { type Headers, readRateLimit } from "./rate-limit-headers";
import { comeBackAtMs } from "./retry";

setMaxListeners(0);

const windowMs = 3000;
const average = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

let time: SimulatedTime;
beforeEach(() => {
  time = new SimulatedTime();
});

const limitOf = (requestsPer3Seconds: number): RateLimit =>
  new RateLimit({ requestsPer3Seconds, now: time.now, sleep: (ms, stop) => time.sleep(Math.ceil(ms), stop) });

describe("windows of the clock", () => {
  test("a limit is used to 97 percent and none is refused, whenever the sync starts and whatever the latency", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 50, max: 600 }),
        fc.nat(windowMs),
        fc.integer({ min: 1, max: 60 }),
        fc.infiniteStream(fc.nat(4)),
        fc.constantFrom<SimulatedLimitOptions["reset"]>("epoch", "seconds", "none"),
        async (requests, startMs, latencyMs, jitter, reset) => {
          time = new SimulatedTime(windowMs * 1_000_000 + startMs);
          const braze = new SimulatedLimit(time, requests, { reset });
          const untilMs = time.nowMs + 5 * windowMs;
          const from = time.nowMs;
          await time.run(
            sendUntil({
              time,
              braze,
              limit: limitOf(requests),
              concurrency: 64,
              untilMs,
              latencyMs: () => latencyMs + (jitter.next().value ?? 0),
            }),
          );
          expect(braze.refused).toBe(0);
          for (const share of braze.shares(from + 2 * latencyMs + 10, untilMs))
            expect(share).toBeGreaterThan(0.955);
          expect(average(braze.shares(from + 2 * latencyMs + 10, untilMs))).toBeGreaterThanOrEqual(0.97);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a busy machine, whose timers are late, neither loses requests nor sends too many at a time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 300, max: 900 }),
        fc.nat(windowMs),
        fc.integer({ min: 1, max: 60 }),
        fc.infiniteStream(
          fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(150) }),
        ),
        async (requests, startMs, latencyMs, lateness) => {
          time = new SimulatedTime(windowMs * 1_000_000 + startMs);
          const braze = new SimulatedLimit(time, requests);
          const fromMs = time.nowMs;
          const untilMs = fromMs + 5 * windowMs;
          // Everything is late at once: it is one process.
          let busyUntilMs = 0;
          const sleep = async (ms: number, stop: AbortSignal): Promise<void> => {
            await time.sleep(Math.ceil(ms), stop);
            if (time.nowMs >= busyUntilMs) busyUntilMs = time.nowMs + (lateness.next().value ?? 0);
            await time.sleep(busyUntilMs - time.nowMs, stop);
          };
          const limit = new RateLimit({ requestsPer3Seconds: requests, now: time.now, sleep });
          await time.run(
            sendUntil({ time, braze, limit, concurrency: 256, untilMs, latencyMs: () => latencyMs }),
          );
          expect(braze.refused).toBe(0);
          // Nearly always more than 0.92; how late the timers are is drawn anew each time.
          expect(average(braze.shares(fromMs + windowMs, untilMs))).toBeGreaterThanOrEqual(0.85);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("Braze's clock may differ from ours by minutes", async () => {
    for (const aheadMs of [-600_000, 7000, 3_600_000]) {
      time = new SimulatedTime();
      const braze = new SimulatedLimit(time, 300, { aheadMs });
      const [share, refused] = await alone(braze, 300, 5);
      expect([aheadMs, refused]).toEqual([aheadMs, 0]);
      expect(share).toBeGreaterThanOrEqual(0.97);
    }
  });
});

/** Lets one client send for some windows. @returns the share of the limit that it used, and how often it was refused */
async function alone(braze: SimulatedLimit, configured: number, windows: number): Promise<[number, number]> {
  const fromMs = time.nowMs;
  const untilMs = fromMs + windows * windowMs;
  const limit = limitOf(configured);
  await time.run(sendUntil({ time, braze, limit, concurrency: 32, untilMs, latencyMs: () => 10 }));
  return [average(braze.shares(fromMs + windowMs, untilMs)), braze.refused];
}

describe("a limit that changes", () => {
  test("shrinks and grows back: Braze's word counts where it is lower than the configured one", async () => {
    const braze = new SimulatedLimit(time, 300);
    const limit = limitOf(300);
    const client = (windows: number) =>
      time.run(
        sendUntil({
          time,
          braze,
          limit,
          concurrency: 32,
          untilMs: time.nowMs + windows * windowMs,
          latencyMs: () => 10,
        }),
      );
    await client(2);
    braze.limit = 100;
    const shrunkAtMs = time.nowMs;
    await client(4);
    // The window in which it shrinks was begun at the old pace.
    const refusedAtTheChange = braze.refused;
    expect(refusedAtTheChange).toBeLessThanOrEqual(32);
    const shrunk = braze.shares(shrunkAtMs + windowMs, time.nowMs);
    expect(average(shrunk)).toBeGreaterThanOrEqual(0.97);
    // Evenly, not in a burst at the beginning of each window.
    const times = braze.arrivals.filter((atMs) => atMs >= shrunkAtMs + windowMs);
    const pauses = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.max(...pauses)).toBeLessThan(250);
    braze.limit = 1000;
    const grownAtMs = time.nowMs;
    await client(4);
    expect(braze.refused).toBe(refusedAtTheChange);
    // Never beyond the configured one.
    const grown = average(braze.shares(grownAtMs + windowMs, time.nowMs)) * 1000;
    expect(grown).toBeGreaterThanOrEqual(291);
    expect(grown).toBeLessThanOrEqual(300);
  });

  test("headers about an hour do not slow the seconds down", async () => {
    const limit = limitOf(3000);
    const untilMs = time.nowMs + 900;
    let sent = 0;
    const send = async (): Promise<void> => {
      while (time.nowMs < untilMs) {
        await limit.acquire(new AbortController().signal);
        sent += 1;
        // Also in the last seconds of the hour.
        limit.observe({
          limit: 1000,
          remaining: 500,
          resetAtMs: time.nowMs + (sent === 1 ? 1_800_000 : 2000),
        });
        limit.release();
      }
    };
    await time.run(send());
    expect(sent).toBeGreaterThan(870);
  });
});

describe("a limit that others use as well", () => {
  test.each<[string, SimulatedLimitOptions, number]>([
    ["reset as a time", {}, 0.004],
    // The end of the window is known less exactly.
    ["reset in seconds", { reset: "seconds" }, 0.015],
    ["another clock", { aheadMs: 90_300 }, 0.015],
  ])(
    "two syncs share it: nearly all of it is used, hardly anything refused, none starves (%s)",
    async (_, how, refusable) => {
      const braze = new SimulatedLimit(time, 600, how);
      const fromMs = time.nowMs;
      const untilMs = fromMs + 8 * windowMs;
      const client = () =>
        sendUntil({ time, braze, limit: limitOf(600), concurrency: 32, untilMs, latencyMs: () => 8 });
      const [first, second] = await time.run(Promise.all([client(), client()]));
      const total = first.accepted + second.accepted;
      expect(average(braze.shares(fromMs + windowMs, untilMs))).toBeGreaterThanOrEqual(0.9);
      expect(braze.refused / total).toBeLessThan(refusable);
      // Pauses are drawn at random, so the halves are not quite even.
      expect(first.accepted / total).toBeGreaterThan(0.2);
      expect(first.accepted / total).toBeLessThan(0.8);
    },
  );

  test("one that comes later gets its part, and one that stays gets the rest back", async () => {
    const braze = new SimulatedLimit(time, 600);
    const fromMs = time.nowMs;
    const client = async (delayMs: number, durationMs: number) => {
      await time.sleep(delayMs);
      const untilMs = time.nowMs + durationMs;
      return sendUntil({ time, braze, limit: limitOf(600), concurrency: 32, untilMs, latencyMs: () => 8 });
    };
    const [, guest] = await time.run(
      Promise.all([client(0, 9 * windowMs), client(3 * windowMs, 3 * windowMs)]),
    );
    expect(guest.accepted).toBeGreaterThan(0.25 * 3 * 600);
    expect(average(braze.shares(fromMs + 7 * windowMs, fromMs + 9 * windowMs))).toBeGreaterThanOrEqual(0.97);
    expect(braze.refused).toBeLessThan(0.02 * 9 * 600);
  });

  test("somebody who takes no care leaves little: what is left is used, without a busy loop", async () => {
    const braze = new SimulatedLimit(time, 300);
    const fromMs = time.nowMs;
    const untilMs = fromMs + 6 * windowMs;
    const greedy = async (): Promise<void> => {
      for (; time.nowMs < untilMs; await time.sleep(15)) braze.take();
    };
    let naps = 0;
    const sleep = (ms: number, stop: AbortSignal): Promise<void> => {
      naps += 1;
      return time.sleep(Math.ceil(ms), stop);
    };
    const limit = new RateLimit({ requestsPer3Seconds: 300, now: time.now, sleep });
    const ours = sendUntil({ time, braze, limit, concurrency: 32, untilMs, latencyMs: () => 8 });
    const [{ accepted }] = await time.run(Promise.all([ours, greedy()]));
    expect(accepted).toBeGreaterThan(0.85 * 100 * 6);
    expect(naps).toBeLessThan(3 * accepted);
  });
});

describe("a storm of 429", () => {
  test.each<[string, Headers]>([
    ["x-ratelimit-retry-after", { "x-ratelimit-retry-after": "2" }],
    ["retry-after", { "retry-after": "2" }],
    ["retry-after as a date", { "retry-after": "DATE" }],
    ["x-ratelimit-reset as a time", { "x-ratelimit-reset": "EPOCH" }],
    ["x-ratelimit-reset in seconds", { "x-ratelimit-reset": "2" }],
    ["no header at all", {}],
  ])("with %s: all wait together, and come back in good order", async (_, pattern) => {
    const stormUntilMs = time.nowMs + 20_000;
    const times: number[] = [];
    const limit = limitOf(300);
    const headersNow = (): Headers =>
      Object.fromEntries(
        Object.entries(pattern).map(([name, value]) => {
          const thenMs = Math.ceil((time.nowMs + 2000) / 1000) * 1000;
          if (value === "DATE") return [name, new Date(thenMs).toUTCString()];
          return [name, value === "EPOCH" ? String(thenMs / 1000) : value];
        }),
      );
    const worker = async (): Promise<void> => {
      for (let refusals = 1; ; refusals += 1) {
        await limit.acquire(new AbortController().signal);
        times.push(time.nowMs);
        await time.sleep(20);
        const news = readRateLimit(time.nowMs < stormUntilMs ? headersNow() : {}, time.nowMs);
        limit.observe(news);
        limit.release();
        if (time.nowMs >= stormUntilMs) return;
        const told = news.retryAtMs ?? news.resetAtMs;
        limit.block(comeBackAtMs(refusals, told, time.nowMs, Math.random), "429");
      }
    };
    await time.run(Promise.all(Array.from({ length: 32 }, worker)));
    const during = times.filter((atMs) => atMs < stormUntilMs);
    // A few rounds, in each of which those that are under way when the first refusal comes get theirs.
    expect(during.length).toBeLessThan(150);
    expect(Math.max(...times)).toBeLessThan(stormUntilMs + 12_000);
  });
});
