import fc from "fast-check";
import { addDays, countDays, type Day, dayOf } from "./days";
import { holds, nextFrom, slicesOf } from "./slices";

const hourMs = 3_600_000;

/** Days that Braze answers to a request, for a company somewhere on earth and either reading of `length`. */
function answered(
  { endingAt, length }: { endingAt: string; length: number },
  company: { offsetMs: number; countsLastDay: boolean },
): Day[] {
  const last = dayOf(Date.parse(endingAt) + company.offsetMs);
  const first = addDays(last, company.countsLastDay ? 1 - length : -length);
  return Array.from({ length: countDays(first, last) }, (_, index) => addDays(first, index));
}

const company = fc.record({
  offsetMs: fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => (quarters * hourMs) / 4),
  countsLastDay: fc.boolean(),
});
const now = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
/** How many days ago a series is read from: where it is tomorrow already, perhaps from tomorrow on. */
const back = fc.oneof(fc.constant(-1), fc.nat(800));

test("every day up to the company's current one is read once: no gap, no repeat, wherever it is", () => {
  fc.assert(
    fc.property(now, back, fc.integer({ min: 2, max: 100 }), company, (nowMs, back, longest, where) => {
      const from = addDays(dayOf(nowMs), -back);
      const slices = slicesOf(from, nowMs, longest);
      const days = slices.flatMap((slice) => answered(slice, where).filter((day) => holds(slice, day)));
      const current = dayOf(nowMs + where.offsetMs);
      const wanted = current < from ? 0 : countDays(from, current);
      expect(days).toEqual(Array.from({ length: wanted }, (_, index) => addDays(from, index)));
    }),
  );
});

test("no request asks for more than the endpoint allows, nor for the future", () => {
  fc.assert(
    fc.property(now, back, fc.integer({ min: 2, max: 100 }), (nowMs, back, longest) => {
      for (const { length, endingAt } of slicesOf(addDays(dayOf(nowMs), -back), nowMs, longest)) {
        expect(length).toBeGreaterThanOrEqual(1);
        expect(length).toBeLessThanOrEqual(longest);
        expect(Date.parse(endingAt)).toBeLessThanOrEqual(nowMs);
      }
    }),
  );
});

test("99 days of campaigns and 13 of Canvases are one request", () => {
  const nowMs = Date.UTC(2024, 5, 30, 8);
  expect(slicesOf("2024-03-24", nowMs, 100)).toEqual([
    { from: "2024-03-24", to: undefined, endingAt: "2024-06-30T08:00:00Z", length: 100 },
  ]);
  expect(slicesOf("2024-06-17", nowMs, 14)).toEqual([
    { from: "2024-06-17", to: "2024-06-29", endingAt: "2024-06-29T23:59:59Z", length: 14 },
    { from: "2024-06-30", to: undefined, endingAt: "2024-06-30T08:00:00Z", length: 2 },
  ]);
});

test("a start in the future asks for nothing", () => {
  expect(slicesOf("2030-01-01", Date.UTC(2024, 0, 1), 100)).toEqual([]);
});

describe("the next sync begins", () => {
  const nowMs = Date.UTC(2024, 5, 30, 8);
  test.each([
    ["at the current day, which is read again until it is over", "2024-06-30", "2024-06-30"],
    ["at yesterday where it is still yesterday", "2024-06-29", "2024-06-29"],
    ["at tomorrow where it is tomorrow already", "2024-07-01", "2024-07-01"],
    ["at yesterday for a series that ended long ago", "2024-01-01", "2024-06-29"],
    ["at yesterday for one without points", undefined, "2024-06-29"],
  ])("%s", (_, newest, expected) => expect(nextFrom(newest, nowMs)).toBe(expected));
});
