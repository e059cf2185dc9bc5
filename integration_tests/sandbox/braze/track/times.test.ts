import { isDay, parseTime } from "./times";

it.each([
  ["2013-07-16T19:20:30+01:00", "2013-07-16T18:20:30.000Z"],
  ["2013-07-16T19:20:30Z", "2013-07-16T19:20:30.000Z"],
  ["2013-07-16T19:20:30.125Z", "2013-07-16T19:20:30.125Z"],
  ["2013-07-16T19:20:30:125+0100", "2013-07-16T18:20:30.125Z"],
  ["2013-07-16T19:20:30", "2013-07-16T19:20:30.000Z"],
  ["2013-07-16 19:20:30", "2013-07-16T19:20:30.000Z"],
  ["2018-06-27T23:59:59-5:00", undefined],
  ["2013-07-16", "2013-07-16T00:00:00.000Z"],
  ["07/16/2013", "2013-07-16T00:00:00.000Z"],
  ["2013-13-16", undefined],
  ["yesterday", undefined],
  ["", undefined],
  [1373999999, undefined],
])("reads %s as %s", (value, expected) => {
  const epochMs = parseTime(value);
  expect(epochMs === undefined ? undefined : new Date(epochMs).toISOString()).toBe(expected);
});

it("knows which days exist", () => {
  expect(isDay("2020-02-29")).toBe(true);
  expect(isDay("2021-02-29")).toBe(false);
  expect(isDay("2020-2-9")).toBe(false);
});
