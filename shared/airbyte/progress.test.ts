import { countText, liveText, logText, type Progress, RecentRate, rateText, recordsText } from "./progress";

const progress: Progress = { subject: "users", parts: ["1,234 records", "56/s", "waiting for Braze"] };

describe("the text of a progress", () => {
  test("for the log", () => {
    expect(logText(progress)).toBe("users: 1,234 records, 56/s, waiting for Braze.");
    expect(logText({ parts: ["1 records"] })).toBe("So far: 1 records.");
  });

  test.each([
    [80, "users: 1,234 records · 56/s · waiting for Braze"],
    [48, "users: 1,234 records · 56/s · waiting for Braze"],
    [47, "users: 1,234 records · 56/s"],
    [22, "users: 1,234 records"],
    [21, "users: 1,234 records"],
    [20, "users: 1,234 recor…"],
    [2, "…"],
    [1, "…"],
  ])("for a terminal of %i columns", (columns, text) => {
    expect(liveText(progress, columns)).toBe(text);
    expect(liveText(progress, columns).length).toBeLessThanOrEqual(Math.max(columns - 1, 1));
  });

  test.each([
    [countText(1_234_567), "1,234,567"],
    [recordsText(1), "1 record"],
    [recordsText(12_345), "12,345 records"],
    [recordsText(1, " of about 20"), "1 of about 20 records"],
    [rateText(4120.4), "4,120/s"],
    [rateText(0.42), "0.4/s"],
    [rateText(0), "0/s"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe("RecentRate", () => {
  test("is what came a second in the last seconds", () => {
    const rate = new RecentRate();
    expect(rate.at(0, 0)).toBe(0);
    expect(rate.at(1000, 100)).toBe(100);
    for (let second = 2; second <= 10; second++) rate.at(second * 1000, 100 + (second - 1) * 10);
    expect(rate.at(11_000, 200)).toBe(10);
  });

  test("is what came since the last look when that is longer ago", () => {
    const rate = new RecentRate();
    rate.at(0, 0);
    rate.at(30_000, 300);
    expect(rate.at(60_000, 900)).toBe(20);
  });

  test("is nothing when no time has passed, or the clock was set back", () => {
    const rate = new RecentRate();
    rate.at(5000, 0);
    expect(rate.at(5000, 10)).toBe(0);
    expect(rate.at(4000, 10)).toBe(0);
  });
});
