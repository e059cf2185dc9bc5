import type { JsonObject } from "@braze-connectors/shared/json";
import { settingsOf } from "../settings";
import { noonMs, type Reading, readStream } from "../testing/read-stream";
import { listed, ofThings } from "../testing/things";
import { objectsAt } from "./answers";
import { addDays, type Day, dayOf } from "./days";
import { seriesStream } from "./series-stream";

const today = dayOf(noonMs);
const series = seriesStream({
  name: "things_analytics",
  schema: { properties: { thing_id: {}, app_id: {}, time: {}, count: {} } },
  key: ["thing_id"],
  parent: ofThings,
  perApp: true,
  endpoint: { path: "/things/series", permission: "things.data_series" },
  points: objectsAt("data"),
  longest: 10,
});

type Call = { query?: Readonly<Record<string, unknown>> };

/** A Braze of the UTC day: a point a day, up to today. */
const daily = ({ query = {} }: Call) => {
  const end = dayOf(Date.parse(String(query.ending_at)));
  const length = Number(query.length);
  const days = Array.from({ length }, (_, index) => addDays(end, index + 1 - length)).filter(
    (day) => day <= today,
  );
  return { body: { data: days.map((time) => ({ time, count: 1 })) } };
};

const read = (reading: Partial<Reading> = {}, ids = ["a", "b"]) =>
  readStream(series, {
    answers: { "/things": listed(...ids), "/things/series": daily },
    startDate: addDays(today, -25),
    ...reading,
  });

const daysOf = (records: JsonObject[], id: string): unknown[] =>
  records.filter(({ thing_id }) => thing_id === id).map(({ time }) => time);
const span = (from: Day, count: number): Day[] =>
  Array.from({ length: count }, (_, index) => addDays(from, index));

test("every day since the start, once, in order, object by object", async () => {
  const { records, requests } = await read();
  expect(daysOf(records, "a")).toEqual(span(addDays(today, -25), 26));
  expect(daysOf(records, "b")).toEqual(span(addDays(today, -25), 26));
  expect(records.map(({ thing_id }) => thing_id)).toEqual([...Array(26).fill("a"), ...Array(26).fill("b")]);
  for (const { query } of requests.slice(1)) expect(Number(query?.length)).toBeLessThanOrEqual(10);
});

test("an incremental sync begins at the day that was not over", async () => {
  const first = await read({ incremental: true });
  const state = first.states.at(-1);
  expect(state).toEqual({
    states: [
      { partition: { thing_id: "a" }, cursor: { time: today } },
      { partition: { thing_id: "b" }, cursor: { time: today } },
    ],
  });
  const second = await read({ incremental: true, state });
  expect(second.records.map(({ time, thing_id }) => [thing_id, time])).toEqual([
    ["a", today],
    ["b", today],
  ]);
});

test("a new object is read from the start, one that vanished is remembered", async () => {
  const first = await read({ incremental: true });
  const second = await read({ incremental: true, state: first.states.at(-1) }, ["b", "c"]);
  expect(daysOf(second.records, "b")).toEqual([today]);
  expect(daysOf(second.records, "c")).toHaveLength(26);
  const third = await read({ incremental: true, state: second.states.at(-1) }, ["a", "c"]);
  expect(third.records.map(({ time }) => time)).toEqual([today, today]);
});

test("a start date after the state's time is respected", async () => {
  const state = { states: [{ partition: { thing_id: "a" }, cursor: { time: addDays(today, -20) } }] };
  const startDate = addDays(today, -3);
  const { records } = await read({ incremental: true, state, startDate }, ["a"]);
  expect(daysOf(records, "a")).toEqual(span(startDate, 4));
});

test("a full refresh starts over, unless it was cut short: then it goes on", async () => {
  const done = { states: [{ partition: { thing_id: "a" }, cursor: { time: today } }] };
  expect((await read({ state: done })).records).toHaveLength(52);
  const cutShort = await read({ state: { ...done, in_progress: true } });
  expect(daysOf(cutShort.records, "a")).toEqual([]);
  expect(daysOf(cutShort.records, "b")).toHaveLength(26);
  expect(cutShort.states.at(-1)).not.toHaveProperty("in_progress");
});

test("an object that Braze refuses is skipped and stays where it was", async () => {
  const state = { states: [{ partition: { thing_id: "a" }, cursor: { time: addDays(today, -2) } }] };
  const { records, states, warnings } = await read({
    incremental: true,
    state,
    answers: {
      "/things": listed("a", "b"),
      "/things/series": (call) => (call.query?.thing_id === "a" ? { status: 400 } : daily(call)),
    },
  });
  expect(daysOf(records, "b")).toHaveLength(26);
  expect(warnings).toEqual([expect.stringContaining("1 object skipped")]);
  expect(states.at(-1)).toMatchObject({ states: [{ cursor: { time: addDays(today, -2) } }, {}] });
});

test.each([400, 404])(
  "%d for the workspace's only series fails the stream: there is nothing else in it",
  async (status) => {
    const workspace = seriesStream({
      name: "kpi",
      schema: { properties: { time: {} } },
      endpoint: { path: "/kpi/data_series", permission: "kpi.data_series" },
      points: objectsAt("data"),
      longest: 10,
    });
    await expect(readStream(workspace, { answers: { "/kpi/data_series": [{ status }] } })).rejects.toThrow(
      String(status),
    );
  },
);

test("states come often enough to resume, but not after each of thousands", async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `t${index}`);
  const { states } = await read({ startDate: today }, ids);
  expect(states).toHaveLength(21);
  expect(states[0]).toMatchObject({ in_progress: true });
});

test("with apps there is a series for each of them", async () => {
  const { records, requests, states } = await read({ appIds: ["x", "y"], startDate: today }, ["a"]);
  expect(records).toEqual([
    { time: today, count: 1, thing_id: "a", app_id: "x" },
    { time: today, count: 1, thing_id: "a", app_id: "y" },
  ]);
  expect(requests.slice(1).map(({ query }) => query?.app_id)).toEqual(["x", "y"]);
  expect(states.at(-1)).toMatchObject({ states: [{ partition: { thing_id: "a", app_id: "x" } }, {}] });
});

test("the app is a column and a part of the key only where apps are configured", async () => {
  const config = { url: "https://rest.example.com", api_key: "key" };
  const [without, with_] = [settingsOf(config), settingsOf({ ...config, app_ids: ["x"] })];
  expect(series.primaryKey(without)).toEqual(["thing_id", "time"]);
  expect(series.primaryKey(with_)).toEqual(["thing_id", "app_id", "time"]);
  const columns = async (settings: typeof without) =>
    Object.keys((await series.schema({ settings } as Parameters<typeof series.schema>[0])).properties ?? {});
  expect(await columns(without)).toEqual(["thing_id", "time", "count"]);
  expect(await columns(with_)).toEqual(["thing_id", "app_id", "time", "count"]);
});
