import { readRateLimit } from "./rate-limit-headers";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const read = (headers: Record<string, string | string[]>) => readRateLimit(headers, nowMs);

describe("readRateLimit", () => {
  test("the documented headers: reset is a time in epoch seconds", () => {
    const headers = {
      "x-ratelimit-limit": "3000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(nowMs / 1000 + 2),
    };
    expect(read(headers)).toEqual({
      limit: 3000,
      remaining: 0,
      resetAtMs: nowMs + 2000,
      retryAtMs: undefined,
    });
  });

  test("the same as others saw it: reset is a number of seconds", () => {
    expect(read({ "x-ratelimit-reset": "2" }).resetAtMs).toBe(nowMs + 2000);
    expect(read({ "x-ratelimit-reset": "3600" }).resetAtMs).toBe(nowMs + 3_600_000);
    expect(read({ "x-ratelimit-reset": "999999" }).resetAtMs).toBe(nowMs + 999_999_000);
    expect(read({ "x-ratelimit-reset": "1000000" }).resetAtMs).toBe(1_000_000_000);
  });

  test("an epoch time in milliseconds, as other services have it", () => {
    expect(read({ "x-ratelimit-reset": String(nowMs + 2000) }).resetAtMs).toBe(nowMs + 2000);
  });

  test.each([
    ["Braze's own header", { "x-ratelimit-retry-after": "7" }, nowMs + 7000],
    ["a fraction", { "x-ratelimit-retry-after": "0.5" }, nowMs + 500],
    ["the standard header in seconds", { "retry-after": "7" }, nowMs + 7000],
    ["the standard header as a date", { "retry-after": "Fri, 02 Jan 2026 03:05:00 GMT" }, nowMs + 55_000],
    ["Braze's own header first", { "x-ratelimit-retry-after": "7", "retry-after": "90" }, nowMs + 7000],
    ["the first of several", { "retry-after": ["7", "90"] }, nowMs + 7000],
    ["an epoch time", { "x-ratelimit-retry-after": String(nowMs / 1000 + 9) }, nowMs + 9000],
  ])("when to come back: %s", (_, headers, expected) => {
    expect(read(headers).retryAtMs).toBe(expected);
  });

  test.each([
    ["nothing", {}],
    ["empty headers", { "x-ratelimit-limit": "", "x-ratelimit-reset": " ", "retry-after": "" }],
    ["words", { "x-ratelimit-remaining": "many", "retry-after": "soon" }],
    [
      "numbers that mean nothing",
      { "x-ratelimit-limit": "-1", "x-ratelimit-reset": "Infinity", "x-ratelimit-retry-after": "NaN" },
    ],
  ])("%s says nothing", (_, headers) => {
    expect(read(headers)).toEqual({});
  });

  describe("on a clock that is ahead of ours", () => {
    const aheadMs = 120_000;
    const date = new Date(nowMs + aheadMs).toUTCString();

    test("times are translated; how exactly is said", () => {
      const reset = String((nowMs + aheadMs) / 1000 + 2);
      expect(read({ date, "x-ratelimit-reset": reset })).toMatchObject({
        resetAtMs: nowMs + 2000,
        resetEarlierMs: 1000,
      });
      const comeBack = new Date(nowMs + aheadMs + 7000).toUTCString();
      expect(read({ date, "retry-after": comeBack }).retryAtMs).toBe(nowMs + 7000);
    });

    test("durations are what they are", () => {
      expect(read({ date, "retry-after": "7" }).retryAtMs).toBe(nowMs + 7000);
    });

    test("a second or two are no difference: the answer was under way", () => {
      const soon = new Date(nowMs - 2000).toUTCString();
      const reset = String(nowMs / 1000 + 2);
      expect(read({ date: soon, "x-ratelimit-reset": reset })).toMatchObject({ resetAtMs: nowMs + 2000 });
    });
  });
});
