import fc from "fast-check";
import { StoppedError } from "../airbyte/errors";
import { FakeClock } from "../testing/fake-clock";
import { thrownBy } from "../testing/thrown";
import { RateLimit, type RateLimitOptions } from "./rate-limit";

const never = new AbortController().signal;
const windowMs = 3000;
const hourMs = 3_600_000;

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const limitWith = (options: RateLimitOptions): RateLimit => new RateLimit({ ...options, ...clock });

/** When each of a number of requests may go out, all of them waiting from the start. */
async function times(limit: RateLimit, count: number): Promise<number[]> {
  const sent: number[] = [];
  for (let index = 0; index < count; index += 1) {
    await limit.acquire(never);
    sent.push(clock.nowMs);
  }
  return sent;
}

/** The most requests in any window of 3 seconds, wherever it begins. */
function mostInAWindow(sent: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, atMs] of sent.entries()) {
    while (atMs - (sent[first] ?? atMs) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe("pacing", () => {
  test.each([1, 2, 7, 50, 100, 250, 999, 3000])(
    "%d requests in 3 seconds: never more in any window, and at least 97 %% of it used",
    async (requestsPer3Seconds) => {
      const windows = Math.ceil(6000 / requestsPer3Seconds);
      const sent = await times(limitWith({ requestsPer3Seconds }), requestsPer3Seconds * windows);
      expect(mostInAWindow(sent)).toBeLessThanOrEqual(requestsPer3Seconds);
      const tookMs = clock.nowMs - (sent[0] ?? 0);
      expect(tookMs).toBeLessThanOrEqual((windows * windowMs) / 0.97);
    },
  );

  test("never more in any window, however irregularly requests come and timers fire", async () => {
    const pauses = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(5000)), { maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        pauses,
        fc.infiniteStream(fc.nat(30)),
        async (requestsPer3Seconds, gaps, delays) => {
          clock = new FakeClock();
          const lateTimer = async (durationMs: number, stop: AbortSignal): Promise<void> => {
            await clock.sleep(durationMs + Number(delays.next().value), stop);
          };
          const limit = new RateLimit({ requestsPer3Seconds, now: clock.now, sleep: lateTimer });
          const sent: number[] = [];
          for (const gap of gaps) {
            clock.nowMs += gap;
            await limit.acquire(never);
            sent.push(clock.nowMs);
          }
          expect(mostInAWindow(sent)).toBeLessThanOrEqual(requestsPer3Seconds);
        },
      ),
    );
  });

  test("timers that are late by a few milliseconds cost nothing", async () => {
    const late = async (durationMs: number, stop: AbortSignal): Promise<void> =>
      clock.sleep(durationMs + 10, stop);
    const limit = new RateLimit({ requestsPer3Seconds: 3000, now: clock.now, sleep: late });
    const startMs = clock.nowMs;
    await times(limit, 9000);
    expect(clock.nowMs - startMs).toBeLessThan(9000 / 0.97);
  });

  test("without a limit nobody waits", async () => {
    await times(limitWith({}), 100);
    expect(clock.sleptMs).toEqual([]);
  });

  test.each([{ requestsPer3Seconds: 0 }, { requestsPerHour: 0 }])(
    "%j can't be obeyed and is refused",
    async (options) => {
      const error = await thrownBy(() => limitWith(options));
      expect(error.failureType).toBe("config_error");
      expect(error.message).toBe(
        "The limits allow no request at all: set them to what the Braze workspace allows.",
      );
    },
  );
});

describe("the hourly limit", () => {
  test("holds back what is too much until the next hour of the clock begins, and says so once", async () => {
    clock.nowMs = 100 * hourMs + 50 * 60_000;
    const onLongWait = jest.fn();
    const sent = await times(limitWith({ requestsPerHour: 3, onLongWait }), 7);
    const hours = sent.map((atMs) => atMs / hourMs);
    expect(hours.slice(0, 3)).toEqual([100, 100, 100].map((hour) => hour + 50 / 60));
    expect(hours.slice(3)).toEqual([101, 101, 101, 102]);
    expect(onLongWait.mock.calls).toEqual([
      [101 * hourMs, "the 3 requests allowed per hour are used up"],
      [102 * hourMs, "the 3 requests allowed per hour are used up"],
    ]);
  });

  test("goes with the pace", async () => {
    const sent = await times(limitWith({ requestsPerHour: 20, requestsPer3Seconds: 3 }), 20);
    expect(mostInAWindow(sent)).toBeLessThanOrEqual(3);
  });
});

describe("what Braze says", () => {
  test("a block holds everybody back until its time; it is announced if it is long", async () => {
    const onLongWait = jest.fn();
    const limit = limitWith({ onLongWait });
    const untilMs = clock.nowMs + 10_000;
    limit.block(untilMs, "Braze answered 429");
    expect(await times(limit, 2)).toEqual([untilMs, untilMs]);
    expect(onLongWait.mock.calls).toEqual([[untilMs, "Braze answered 429"]]);
  });

  test("a short block is not worth a word", async () => {
    const onLongWait = jest.fn();
    const limit = limitWith({ onLongWait });
    limit.block(clock.nowMs + 3000, "why");
    await times(limit, 1);
    expect(onLongWait).not.toHaveBeenCalled();
  });

  test("a block never shortens another", async () => {
    const limit = limitWith({});
    const untilMs = clock.nowMs + 4000;
    limit.block(untilMs, "long");
    limit.block(untilMs - 3000, "short");
    expect(await times(limit, 1)).toEqual([untilMs]);
  });

  test("a window that is used up blocks until it is reset; one that is not, or without a reset, does not", async () => {
    const limit = limitWith({});
    const resetAtMs = clock.nowMs + 2000;
    limit.observe({ remaining: 1, resetAtMs });
    limit.observe({ remaining: 0 });
    limit.observe({ resetAtMs });
    expect(await times(limit, 1)).not.toContain(resetAtMs);
    limit.observe({ remaining: 0, resetAtMs });
    expect(await times(limit, 1)).toEqual([resetAtMs]);
  });

  test("a reset that is further away than any window blocks for an hour, not for ever", async () => {
    const limit = limitWith({});
    const inAnHourMs = clock.nowMs + 3_600_000;
    limit.observe({ remaining: 0, resetAtMs: clock.nowMs * 1000 });
    expect(await times(limit, 1)).toEqual([inAnHourMs]);
  });
});

describe("waiting", () => {
  test("is served in the order of arrival: who comes when a slot is free does not overtake who slept for it", async () => {
    let wake = (): void => undefined;
    const sleep = (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
      });
    const limit = new RateLimit({ requestsPer3Seconds: 1, now: clock.now, sleep });
    await limit.acquire(never);
    const order: string[] = [];
    const first = limit.acquire(never).then(() => order.push("first"));
    await new Promise((resolve) => setImmediate(resolve));
    clock.nowMs += 10_000;
    const second = limit.acquire(never).then(() => order.push("second"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    wake();
    await first;
    clock.nowMs += 10_000;
    wake();
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("is said while it lasts", async () => {
    const said: unknown[] = [];
    const limit: RateLimit = new RateLimit({
      now: clock.now,
      sleep: async (durationMs, stop) => {
        said.push(limit.heldBack);
        await clock.sleep(durationMs, stop);
      },
    });
    await limit.acquire(never);
    expect(limit.heldBack).toBeUndefined();
    const untilMs = clock.nowMs + 1000;
    limit.block(untilMs, "Braze answered 429");
    await limit.acquire(never);
    expect(said).toEqual([{ untilMs, why: "Braze answered 429" }]);
    expect(limit.heldBack).toBeUndefined();
  });

  test("one that gives up because of a stop does not hold up those behind it", async () => {
    const limit = limitWith({ requestsPer3Seconds: 10 });
    await limit.acquire(never);
    const stopped = limit.acquire(AbortSignal.abort());
    const next = limit.acquire(never);
    await expect(stopped).rejects.toBeInstanceOf(StoppedError);
    await next;
  });

  test("looks at the clock again from time to time, for it may have been set", async () => {
    const limit = limitWith({});
    limit.block(clock.nowMs + 24 * hourMs, "why");
    await times(limit, 1);
    expect(Math.max(...clock.sleptMs)).toBeLessThanOrEqual(60_000);
  });
});

test("of a limit that Braze tells of only a share is used by one of several processes", async () => {
  const limit = limitWith({ requestsPer3Seconds: 100, shares: 4 });
  await limit.acquire(never);
  limit.observe({ limit: 200, remaining: 199, resetAtMs: clock.nowMs + windowMs });
  limit.release();
  expect(mostInAWindow(await times(limit, 150))).toBeLessThanOrEqual(50);
});
