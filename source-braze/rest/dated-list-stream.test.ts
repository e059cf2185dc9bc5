import fc from "fast-check";
import { noonMs, type Reading, readStream } from "../testing/read-stream";
import { objectsAt } from "./answers";
import { datedListStream, spansOf } from "./dated-list-stream";
import { addDays, countDays, dayOf, startOf } from "./days";
import { offsets } from "./paging";

const bounces = datedListStream({
  name: "bounces",
  schema: {},
  primaryKey: ["email"],
  cursor: "bounced_at",
  endpoint: { path: "/bounces", permission: "bounces" },
  entries: objectsAt("emails"),
  paging: offsets(2),
});

const today = dayOf(noonMs);
const dayMs = 86_400_000;
const at = (agoMs: number): string =>
  new Date(noonMs - agoMs).toISOString().replace("T", " ").replace(/\..*/, " +0000");

type Call = { query?: Readonly<Record<string, unknown>> };

/** A Braze that lists newest first between two midnights, the end counted in. */
const listOf =
  (all: { email: string; bounced_at: string }[]) =>
  ({ query = {} }: Call) => {
    const found = all
      .map((entry) => ({ entry, atMs: Date.parse(entry.bounced_at) }))
      .filter(
        ({ atMs }) => atMs >= startOf(String(query.start_date)) && atMs <= startOf(String(query.end_date)),
      )
      .sort((a, b) => b.atMs - a.atMs)
      .map(({ entry }) => entry);
    const offset = Number(query.offset ?? 0);
    return { body: { emails: found.slice(offset, offset + 2) } };
  };

const read = (all: { email: string; bounced_at: string }[], reading: Partial<Reading> = {}) =>
  readStream(bounces, { answers: { "/bounces": listOf(all) }, startDate: addDays(today, -70), ...reading });

test("spans cover every day from the start to today and meet at midnight", () => {
  fc.assert(
    fc.property(fc.nat(400), (back) => {
      const spans = spansOf(addDays(today, -back), today);
      expect(spans[0]?.from).toBe(addDays(today, -back));
      expect(spans.at(-1)).toMatchObject({ until: addDays(today, 1), isLast: true });
      for (const [index, { from, until, isLast }] of spans.entries()) {
        expect(countDays(from, until)).toBeLessThanOrEqual(31);
        if (!isLast) expect(spans[index + 1]?.from).toBe(until);
      }
    }),
  );
});

test("all entries since the start, each once, though one fell on the midnight between two requests", async () => {
  const midnight = addDays(today, -40);
  const all = [
    { email: "old", bounced_at: at(100 * dayMs) },
    { email: "midnight", bounced_at: `${midnight} 00:00:00 +0000` },
    { email: "a", bounced_at: at(3 * dayMs) },
    { email: "b", bounced_at: at(2 * dayMs) },
    { email: "c", bounced_at: at(1000) },
  ];
  const { records } = await read(all);
  expect(records.map(({ email }) => email).sort()).toEqual(["a", "b", "c", "midnight"]);
});

test("times come as what the schema calls a date-time", async () => {
  const midnight = `${addDays(today, -3)} 00:00:00 +0000`;
  const { records } = await read([{ email: "a", bounced_at: midnight }]);
  expect(records).toEqual([{ email: "a", bounced_at: `${addDays(today, -3)}T00:00:00.000Z` }]);
});

test("an incremental sync emits what is new", async () => {
  const all = [{ email: "a", bounced_at: at(3 * dayMs) }];
  const first = await read(all, { incremental: true });
  const state = first.states.at(-1);
  expect(JSON.stringify(state)).not.toContain('"a"');
  all.push({ email: "b", bounced_at: at(3 * dayMs) }, { email: "c", bounced_at: at(dayMs) });
  const second = await read(all, { incremental: true, state });
  expect(second.records.map(({ email }) => email)).toEqual(["c", "b"]);
  expect(second.requests[0]?.query).toMatchObject({
    start_date: addDays(today, -3),
    end_date: addDays(today, 1),
  });
});

test("a full refresh starts over, unless it was cut short", async () => {
  const all = [
    { email: "a", bounced_at: at(65 * dayMs) },
    { email: "b", bounced_at: at(dayMs) },
  ];
  const { states } = await read(all);
  expect(states).toHaveLength(3);
  expect(states[0]).toMatchObject({ in_progress: true });
  expect((await read(all, { state: states.at(-1) })).records).toHaveLength(2);
  expect((await read(all, { state: states[0] })).records.map(({ email }) => email)).toEqual(["b"]);
});
