import { StorePace } from "./store-pace";

const minuteMs = 60_000;

describe("an index is stored in the middle of a sync", () => {
  let nowMs = 0;
  let pace: StorePace;

  beforeEach(() => {
    nowMs = 0;
    pace = new StorePace(() => nowMs);
  });

  it("after two million changes, or as many as it has profiles", () => {
    pace.changed(1_999_999);
    expect(pace.isDue(0)).toBe(false);
    pace.changed(1);
    expect(pace.isDue(2_000_000)).toBe(true);
    expect(pace.isDue(2_000_001)).toBe(false);
  });

  it("after five minutes, when a twentieth of it changed", () => {
    pace.changed(50);
    nowMs = 5 * minuteMs - 1;
    expect(pace.isDue(1000)).toBe(false);
    nowMs += 1;
    expect(pace.isDue(1000)).toBe(true);
    expect(pace.isDue(1001)).toBe(false);
  });

  it("counts both from the last time on", () => {
    pace.changed(2_000_000);
    nowMs = 5 * minuteMs;
    pace.stored();
    pace.changed(1000);
    expect(pace.isDue(1000)).toBe(false);
    nowMs += 5 * minuteMs;
    expect(pace.isDue(1000)).toBe(true);
  });
});
