import { limitAfter, refinedEnd, sharedPace, slotMsAt, usableSlotMs } from "./rate-window";

const nowMs = 3_000_000_000;
const resetAtMs = nowMs + 1500;

describe("limitAfter", () => {
  test.each([
    ["a lower limit", { limit: 100, resetAtMs }, 100],
    ["a higher one than configured", { limit: 9000, resetAtMs }, 3000],
    ["none at all: one request can always be tried", { limit: 0, resetAtMs }, 1],
    ["a limit of an unknown window", { limit: 100 }, 100],
    ["the limit of an hour", { limit: 100, resetAtMs: nowMs + 1_800_000 }, undefined],
    ["nothing", { resetAtMs }, undefined],
  ])("%s", (_, news, expected) => {
    expect(limitAfter(3000, news, nowMs)).toBe(expected);
  });
});

describe("usableSlotMs", () => {
  test.each([
    ["an unknown window", undefined, 25],
    ["the very beginning of a window", nowMs, 25],
    ["some time into it: as much of it as has passed", nowMs - 100, 100],
    ["the middle of it", nowMs - 1500, 250],
    ["a later window than the one that was told of", nowMs - 1500 - 6000, 250],
    ["an earlier one", nowMs - 1500 + 6000, 250],
    ["its end, when requests may arrive in the next one", nowMs + 100, 25],
  ])("in %s", (_, windowEndMs, expected) => {
    expect(usableSlotMs(nowMs, windowEndMs)).toBe(expected);
  });
});

describe("refinedEnd", () => {
  test("the earliest of what is rounded up is the truth, for all windows", () => {
    const rounded = (told: number) => ({ resetAtMs: told, resetEarlierMs: 1000 });
    expect(refinedEnd(undefined, rounded(10_900))).toBe(10_900);
    expect(refinedEnd(10_900, rounded(10_400))).toBe(10_400);
    expect(refinedEnd(10_400, rounded(10_800))).toBe(10_400);
    expect(refinedEnd(10_400, rounded(13_600))).toBe(13_400);
    // Windows that begin elsewhere than they did: the clock was set.
    expect(refinedEnd(10_400, rounded(15_900))).toBe(15_900);
  });

  test("what is exact is taken as it is", () => {
    expect(refinedEnd(10_400, { resetAtMs: 12_000 })).toBe(12_000);
  });
});

describe("sharedPace", () => {
  const own = { limit: 3000, slotMs: slotMsAt(3000), inFlight: 10 };
  const paceOf = (remaining: number | undefined, more = {}) =>
    sharedPace({ remaining, resetAtMs, ...more }, own, nowMs);

  test("is none as long as what is left suffices", () => {
    expect(paceOf(3000)).toBeUndefined();
    // Half of the window is left, and nearly half of the limit.
    expect(paceOf(1450)).toBeUndefined();
  });

  test("spreads what others have left over the rest of the window", () => {
    expect(paceOf(760)).toEqual({ slotMs: 2, untilMs: resetAtMs });
    expect(paceOf(10)).toEqual({ slotMs: Number.POSITIVE_INFINITY, untilMs: resetAtMs });
  });

  test("allows for a window that ends earlier than said", () => {
    expect(paceOf(760, { resetEarlierMs: 1000 })).toBeUndefined();
    expect(paceOf(260, { resetEarlierMs: 1000 })).toMatchObject({ slotMs: 6 });
  });

  test.each([
    ["remaining", { remaining: undefined, resetAtMs }],
    ["reset", { remaining: 1 }],
    ["a window of 3 seconds", { remaining: 1, resetAtMs: nowMs + 3_600_000 }],
    ["a window that is not over", { remaining: 1, resetAtMs: nowMs }],
  ])("is none without %s", (_, news) => {
    expect(sharedPace(news, own, nowMs)).toBeUndefined();
  });
});
