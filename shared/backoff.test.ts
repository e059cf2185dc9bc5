import { backoffMs } from "./backoff";

describe("backoffMs", () => {
  test("doubles, up to half a minute", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => backoffMs(failures, 0.999999));
    expect(longest.map(Math.round)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("up to half of it is left to chance", () => {
    expect(backoffMs(1, 0)).toBe(250);
    expect(backoffMs(1, 0.5)).toBe(375);
    expect(backoffMs(7, 0)).toBe(15_000);
  });
});
