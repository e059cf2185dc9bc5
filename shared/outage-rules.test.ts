import fc from "fast-check";
import { afterProbe, inWords, isOutage, prolonged, type Streak } from "./outage-rules";

const streakOf = (failures: number, lastedMs: number): Streak => ({
  failures,
  sinceMs: 1000,
  lastMs: 1000 + lastedMs,
});

describe("prolonged", () => {
  test("begins with the start of the first attempt, and goes on to the end of the last one", () => {
    const first = prolonged(undefined, 1000, 3000);
    expect(first).toEqual({ failures: 1, sinceMs: 1000, lastMs: 3000 });
    expect(prolonged(first, 2000, 5000)).toEqual({ failures: 2, sinceMs: 1000, lastMs: 5000 });
  });

  test("time in which nobody tried does not count: it was a rate limit, or there was no work", () => {
    const hourLater = 3000 + 3_600_000;
    const { sinceMs, lastMs } = prolonged({ failures: 1, sinceMs: 1000, lastMs: 3000 }, hourLater, hourLater);
    expect(lastMs - sinceMs).toBe(2000);
  });
});

test.each([
  [9, 0, false],
  [10, 0, true],
  [2, 60_000, false],
  [3, 4999, false],
  [3, 5000, true],
])("%d failures in %d ms are an outage: %s", (failures, lastedMs, expected) => {
  expect(isOutage(streakOf(failures, lastedMs), 10)).toBe(expected);
});

describe("afterProbe", () => {
  const limits = { minProbes: 3, maxMs: 60_000 };

  test("the pauses grow to half a minute", () => {
    const pauses = [0, 1, 4, 30].map((probes) =>
      afterProbe(streakOf(5, 0), probes, { ...limits, maxMs: 1e9 }, 2000, 0.999999),
    );
    expect(pauses.map((next) => (next === "given up" ? next : Math.round(next.pauseMs)))).toEqual([
      500, 1000, 8000, 30_000,
    ]);
  });

  test("the last probe comes when the time is up", () => {
    expect(afterProbe(streakOf(5, 0), 20, limits, 1000 + 59_000, 0)).toEqual({ pauseMs: 1000 });
    expect(afterProbe(streakOf(5, 0), 20, limits, 1000 + 60_000, 0)).toBe("given up");
  });

  test("however short an outage may be, it takes some probes", () => {
    expect(afterProbe(streakOf(5, 0), 2, { ...limits, maxMs: 1 }, 5000, 0)).toEqual({ pauseMs: 1000 });
    expect(afterProbe(streakOf(5, 0), 3, { ...limits, maxMs: 1 }, 5000, 0)).toBe("given up");
  });

  /** Beyond what the longest time below can hold, with half a pause between two probes: a loop without an end fails. */
  const mostProbes = 1000;

  test("always ends, close to the time allowed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        fc.infiniteStream(fc.nat(60_000)),
        (maxMs, randoms, durations) => {
          const streak = streakOf(10, 0);
          let nowMs = streak.sinceMs;
          for (let probes = 1; ; probes += 1) {
            expect(probes).toBeLessThan(mostProbes);
            nowMs += durations.next().value ?? 0;
            const next = afterProbe(
              streak,
              probes,
              { minProbes: 5, maxMs },
              nowMs,
              randoms.next().value ?? 0,
            );
            if (next === "given up") break;
            expect(next.pauseMs).toBeGreaterThan(0);
            expect(next.pauseMs).toBeLessThanOrEqual(30_000);
            nowMs += next.pauseMs;
          }
          const lastedMs = nowMs - streak.sinceMs;
          expect(lastedMs).toBeGreaterThanOrEqual(maxMs);
          // One attempt beyond it, or the least number of probes.
          expect(lastedMs).toBeLessThanOrEqual(Math.max(maxMs + 60_000, 5 * 90_000));
        },
      ),
    );
  });
});

test.each([
  [900, "1 second"],
  [61_000, "61 seconds"],
  [120_000, "2 minutes"],
  [138_000, "2.3 minutes"],
])("%d ms are %s", (durationMs, words) => {
  expect(inWords(durationMs)).toBe(words);
});
