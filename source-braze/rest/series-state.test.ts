import { SeriesState } from "./series-state";

test("a state is what the official connector prints, and is read again", () => {
  const state = SeriesState.empty();
  state.note({ campaign_id: "a" }, "2024-02-28");
  state.note({ campaign_id: "b" }, "2024-02-29");
  const printed = state.print(false);
  expect(printed).toEqual({
    states: [
      { partition: { campaign_id: "a" }, cursor: { time: "2024-02-28" } },
      { partition: { campaign_id: "b" }, cursor: { time: "2024-02-29" } },
    ],
  });
  const again = SeriesState.parse(printed);
  expect(again.timeOf({ campaign_id: "b" })).toBe("2024-02-29");
  expect(again.timeOf({ campaign_id: "new" })).toBeUndefined();
  expect(again.inProgress).toBe(false);
});

test("the order of a partition's keys does not matter", () => {
  const state = SeriesState.parse({
    states: [{ partition: { event: "e", app_id: "a" }, cursor: { time: "2024-02-29" } }],
  });
  expect(state.timeOf({ app_id: "a", event: "e" })).toBe("2024-02-29");
});

test("a lone series has its time alone", () => {
  const state = SeriesState.empty();
  state.note({}, "2024-02-29");
  expect(state.print(true)).toEqual({ time: "2024-02-29", in_progress: true });
  expect(SeriesState.parse({ time: "2024-02-29", in_progress: true })).toMatchObject({ inProgress: true });
  expect(SeriesState.parse({ time: "2024-02-29" }).timeOf({})).toBe("2024-02-29");
});

test("states of the official connector are understood", () => {
  const perPartition = SeriesState.parse({
    use_global_cursor: false,
    states: [
      { partition: { campaign_id: "a", parent_slice: {} }, cursor: { time: "2023-05-01" } },
      { partition: { campaign_id: "b", parent_slice: {} }, cursor: {} },
    ],
    parent_state: {},
    lookback_window: 0,
  });
  expect(perPartition.timeOf({ campaign_id: "a" })).toBe("2023-05-01");
  expect(perPartition.timeOf({ campaign_id: "b" })).toBeUndefined();

  const global = SeriesState.parse({ use_global_cursor: true, state: { time: "2023-05-01" } });
  expect(global.timeOf({ campaign_id: "a" })).toBe("2023-05-01");
});

test.each([
  ["nothing", undefined],
  ["an empty object", {}],
  [
    "one campaign's time beside its name, as versions before 0.2 had it",
    { time: "2022-09-01", campaign_id: "a" },
  ],
  ["somebody else's state", { version: 1, states: "x", time: 12 }],
])("%s is no state", (_, raw) => {
  const state = SeriesState.parse(raw);
  expect(state.timeOf({})).toBeUndefined();
  expect(state.timeOf({ campaign_id: "a" })).toBeUndefined();
});
