import { expectedRows } from "./expected-rows";
import { type ExportState, emptyState, type SegmentProgress } from "./state";

const segments = ["a", "b"].map((id) => ({ id, name: undefined }));
const sizes = new Map([
  ["a", 100],
  ["b", 20],
]);
const progress = (users: number, done: boolean): SegmentProgress => ({
  objectPrefix: "uuid-1",
  exportedAt: "2026-01-02T03:04:05.000Z",
  request: "fingerprint",
  via: "storage",
  files: [],
  users,
  done,
});

test.each<[string, ExportState, boolean, number | undefined]>([
  ["what the segments have", emptyState, false, 120],
  ["also in a first incremental sync", emptyState, true, 120],
  [
    "less what was emitted before",
    {
      ...emptyState,
      segments: new Map([
        ["a", progress(100, true)],
        ["b", progress(5, false)],
      ]),
    },
    false,
    15,
  ],
  ["never less than nothing", { ...emptyState, segments: new Map([["b", progress(50, false)]]) }, false, 100],
  [
    "nothing, where only changes come",
    { ...emptyState, indexes: new Map([["a", "2026-01-01_x"]]) },
    true,
    undefined,
  ],
])("expected are: %s", (_, state, incremental, rows) => {
  expect(expectedRows(segments, sizes, state, incremental)).toBe(rows);
});

test("nothing is expected when a size is not known", () => {
  expect(expectedRows(segments, new Map([["a", 100]]), emptyState, false)).toBeUndefined();
});
