import type { JsonObject } from "@braze-connectors/shared/json";
import { noonMs, readStream, readStreams } from "../testing/read-stream";
import { objectsAt } from "./answers";
import { listStream } from "./list-stream";
import { pageNumbers } from "./paging";

const things = listStream({
  name: "things",
  schema: {},
  primaryKey: ["id"],
  endpoint: { path: "/things", permission: "things.list" },
  entries: objectsAt("things"),
  paging: pageNumbers(2),
  edited: { column: "last_edited", parameter: "edited_after" },
});

const hourMs = 3_600_000;
const at = (agoMs: number): string => new Date(noonMs - agoMs).toISOString();
const thing = (id: string, agoMs = 48 * hourMs): JsonObject => ({ id, last_edited: at(agoMs) });

/** A list that pages by number and knows `edited_after`. */
const listOf =
  (entries: JsonObject[]) =>
  ({ query = {} }: { query?: Readonly<Record<string, unknown>> }) => {
    const after = query.edited_after === undefined ? 0 : Date.parse(`${query.edited_after}Z`);
    const found = entries.filter(({ last_edited }) => Date.parse(String(last_edited)) > after);
    const page = Number(query.page);
    return { body: { things: found.slice(page * 2, page * 2 + 2) } };
  };

test("a full refresh emits every entry as it is and says in a state that it is over", async () => {
  const entries = ["a", "b", "c", "d", "e"].map((id) => thing(id));
  const { records, states, requests } = await readStream(things, { answers: { "/things": listOf(entries) } });
  expect(records).toEqual(entries);
  expect(requests.map(({ query }) => query)).toEqual([{ page: 0 }, { page: 1 }, { page: 2 }]);
  expect(states).toMatchObject([{ complete: true }]);
});

test("an entry that paging shows twice is one record", async () => {
  const pages = [["a", "b"], ["b", "c"], []].map((ids) => ({ body: { things: ids.map((id) => thing(id)) } }));
  const { records } = await readStream(things, { answers: { "/things": pages } });
  expect(records.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("an incremental sync asks for what changed and emits only that", async () => {
  const before = [thing("a"), thing("b", 30 * hourMs)];
  const first = await readStream(things, { answers: { "/things": listOf(before) }, incremental: true });
  expect(first.records).toHaveLength(2);
  const [state] = first.states;
  expect(state).toMatchObject({ last_edited: at(30 * hourMs) });

  const after = [thing("a", hourMs), thing("b", 30 * hourMs), thing("c", 2 * hourMs)];
  const second = await readStream(things, {
    answers: { "/things": listOf(after) },
    incremental: true,
    state,
  });
  expect(second.requests[0]?.query).toEqual({ page: 0, edited_after: at(30 * hourMs + 1000).slice(0, 19) });
  expect(second.records.map(({ id }) => id)).toEqual(["a", "c"]);

  const [latest] = second.states;
  const third = await readStream(things, {
    answers: { "/things": listOf(after) },
    incremental: true,
    state: latest,
  });
  expect(third.records).toEqual([]);
  expect(third.states).toEqual([latest]);
});

test("a full refresh emits everything, whatever the state says", async () => {
  const entries = [thing("a"), thing("b")];
  const state = { last_edited: at(0), seen: {} };
  const { records } = await readStream(things, { answers: { "/things": listOf(entries) }, state });
  expect(records).toHaveLength(2);
});

test("a list that another stream needs too is fetched once, whole, and what is known left out here", async () => {
  const entries = [thing("a"), thing("b", hourMs), thing("c", hourMs)];
  const state = { last_edited: at(24 * hourMs), seen: {} };
  const [one, other] = await readStreams([things, things], {
    answers: { "/things": listOf(entries) },
    neededLists: ["things"],
    incremental: true,
    state,
  });
  expect(one?.requests.map(({ query }) => query)).toEqual([{ page: 0 }, { page: 1 }]);
  expect(one?.records.map(({ id }) => id)).toEqual(["b", "c"]);
  expect(other?.requests).toEqual([]);
  expect(other?.records).toHaveLength(2);
});
