import { addDays, asDateTime, countDays, dayIn, isDay, startDay, timeIn } from "./days";

test("days are counted over month and leap year", () => {
  expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
  expect(addDays("2024-01-01", -1)).toBe("2023-12-31");
  expect(countDays("2024-02-28", "2024-03-01")).toBe(3);
});

test.each([
  ["2024-02-29", true],
  ["2023-02-29", false],
  ["2024-2-9", false],
  ["yesterday", false],
])("%s: a day? %s", (text, expected) => expect(isDay(text)).toBe(expected));

test("a day is found at the beginning of a time", () => {
  expect(dayIn("2024-02-29T23:59:59-05:00")).toBe("2024-02-29");
  expect(dayIn(20240229)).toBeUndefined();
});

test("without a start date reading begins 100 days ago", () => {
  const nowMs = Date.UTC(2024, 3, 10, 23);
  expect(startDay({ startDate: undefined }, nowMs)).toBe("2024-01-01");
  expect(startDay({ startDate: "2020-01-01" }, nowMs)).toBe("2020-01-01");
});

test.each([
  ["2016-08-25 15:24:32 +0000", Date.UTC(2016, 7, 25, 15, 24, 32)],
  ["2022-11-02T20:04:06.879+00:00", Date.UTC(2022, 10, 2, 20, 4, 6, 879)],
  ["2020-06-28T23:59:59-05:00", Date.UTC(2020, 5, 29, 4, 59, 59)],
  ["2020-07-10 15:00:00.000 UTC", Date.UTC(2020, 6, 10, 15)],
  ["2022-08-17T15:46:10", Date.UTC(2022, 7, 17, 15, 46, 10)],
  ["2022-08-17", Date.UTC(2022, 7, 17)],
  ["soon", undefined],
  [null, undefined],
])("the time %s", (text, expected) => expect(timeIn(text)).toBe(expected));

test.each([
  ["2016-08-25 15:24:32 +0000", "2016-08-25T15:24:32.000Z"],
  ["2016-08-25T15:24:32.123456+02:00", "2016-08-25T15:24:32.123456+02:00"],
  ["soon", "soon"],
  [null, null],
  [undefined, undefined],
])("the time %s as a date-time", (text, expected) => expect(asDateTime(text)).toBe(expected));
