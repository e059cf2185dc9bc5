import {
  type ExportState,
  emittedBesideIndex,
  emptyState,
  parseState,
  planFor,
  printState,
  requestFingerprint,
  type SegmentProgress,
  startedAnew,
  stateIsDue,
  withGivenUp,
  withIndex,
  withProgress,
} from "./state";

const progress: SegmentProgress = {
  objectPrefix: "uuid-1",
  exportedAt: "2026-01-02T03:04:05.000Z",
  request: "fingerprint",
  via: "storage",
  files: ["a", "b"],
  users: 7,
  done: false,
};
const stateOf = (change: Partial<SegmentProgress>, complete = false): ExportState => ({
  complete,
  segments: new Map([["seg", { ...progress, ...change }]]),
  indexes: new Map(),
  givenUp: new Set(),
});

describe("a state", () => {
  test("is read as it was emitted", () => {
    const state = stateOf({ damagedFile: "c", told: true });
    expect(parseState(JSON.parse(JSON.stringify(printState(state))))).toEqual(state);
  });

  test("remembers that an export was given up after users of it were emitted, until an index knows better", () => {
    const state = {
      ...stateOf({ users: 5, files: ["a"] }),
      indexes: new Map([["seg", "2026-01-01_uuid-0"]]),
    };
    const plan = { kind: "export" as const };
    const forgotten = withProgress(state, "seg", undefined);
    const copy = parseState(JSON.parse(JSON.stringify(printState(forgotten))));
    expect(copy && emittedBesideIndex(startedAnew(copy), "seg", plan)).toBe(true);
    const kept = withGivenUp(forgotten, "seg", "2026-01-01_uuid-1");
    expect(kept.indexes.get("seg")).toBe("2026-01-01_uuid-1");
    expect(emittedBesideIndex(startedAnew(kept), "seg", plan)).toBe(true);
    expect(emittedBesideIndex(withIndex(forgotten, "seg", "2026-01-02_uuid-1"), "seg", plan)).toBe(false);
    const untouched = withProgress(
      { ...stateOf({ users: 0, files: [] }), indexes: state.indexes },
      "seg",
      undefined,
    );
    expect(emittedBesideIndex(untouched, "seg", plan)).toBe(false);
  });

  test("says what an incremental sync compares with, also when an export is under way or forgotten", () => {
    const indexes = new Map([["seg", "2026-01-01_uuid-0"]]);
    const state = { ...stateOf({ comparedWith: "2026-01-01_uuid-0" }), indexes };
    const copy = parseState(JSON.parse(JSON.stringify(printState(state))));
    expect(copy).toEqual(state);
    expect(withProgress(state, "seg", undefined).indexes).toEqual(indexes);
    const next = withIndex(state, "seg", "2026-01-02_uuid-1");
    expect(startedAnew(next)).toEqual({
      ...emptyState,
      indexes: new Map([["seg", "2026-01-02_uuid-1"]]),
    });
  });

  test("takes no index whose name leads elsewhere", () => {
    const raw = { version: 1, segments: {}, indexes: { seg: "../other", two: "2026-01-01_uuid-0" } };
    expect([...(parseState(raw)?.indexes ?? [])]).toEqual([["two", "2026-01-01_uuid-0"]]);
  });

  test("no longer names the files of an export that was read to its end", () => {
    expect(JSON.stringify(printState(stateOf({ done: true })))).not.toContain("files");
  });

  test("that is empty means a first sync", () => {
    expect(parseState(undefined)).toEqual(emptyState);
    expect(parseState({})).toEqual(emptyState);
  });

  test("of another version is not understood", () => {
    expect(parseState({ version: 2, segments: {} })).toBeUndefined();
    expect(parseState({ cursor: "2026-01-02" })).toBeUndefined();
  });

  test.each([
    ["a prefix that leads elsewhere", { object_prefix: "../other" }],
    ["no prefix", { object_prefix: undefined }],
    ["no time", { exported_at: "yesterday" }],
  ])("with %s forgets that segment", (_, change) => {
    const printed = printState(stateOf({}));
    const entry = { ...(printed.segments as Record<string, object>).seg, ...change };
    const raw = JSON.parse(JSON.stringify({ ...printed, segments: { seg: entry } }));
    expect(parseState(raw)?.segments.size).toBe(0);
  });
});

describe("what is done about a segment", () => {
  test("is to go on with an export that was not read to its end", () => {
    expect(planFor(stateOf({}), "seg", "fingerprint")).toEqual({ kind: "continue", progress });
  });

  test("is nothing when its export was read to its end by a sync that was not", () => {
    expect(planFor(stateOf({ done: true }), "seg", "fingerprint").kind).toBe("skip");
  });

  test.each([
    ["the last sync read everything to its end", stateOf({ done: true }, true), "seg"],
    ["there is no state of it", stateOf({}), "other"],
    ["other columns or another bucket are wanted", stateOf({ request: "another" }), "seg"],
    ["its link was not kept", stateOf({ via: "link" }), "seg"],
  ])("is a new export when %s", (_, state, id) => {
    expect(planFor(state, id, "fingerprint").kind).toBe("export");
  });
});

test("an export that was forgotten is requested anew", () => {
  expect(planFor(withProgress(stateOf({}), "seg", undefined), "seg", "fingerprint")).toEqual({
    kind: "export",
  });
});

test("the fingerprint tells requests apart, but not by the order of their fields", () => {
  const selection = { fields: ["a", "b"], customAttributes: undefined };
  const fingerprint = requestFingerprint(selection, "s3://bucket");
  expect(requestFingerprint({ ...selection, fields: ["b", "a"] }, "s3://bucket")).toBe(fingerprint);
  expect(requestFingerprint({ ...selection, fields: ["a"] }, "s3://bucket")).not.toBe(fingerprint);
  expect(requestFingerprint({ ...selection, customAttributes: ["c"] }, "s3://bucket")).not.toBe(fingerprint);
  expect(requestFingerprint(selection, "s3://other")).not.toBe(fingerprint);
  expect(requestFingerprint(selection, "s3://bucket", ["incremental"])).not.toBe(fingerprint);
});

test("states get rarer as exports get longer, so that all of them together stay small", () => {
  let states = 0;
  let sinceState = 0;
  for (let files = 1; files <= 4000; files += 1) {
    sinceState += 1;
    if (!stateIsDue(files, sinceState)) continue;
    states += 1;
    sinceState = 0;
    if (files <= 100) expect(states).toBe(files);
  }
  expect(states).toBeGreaterThan(300);
  expect(states).toBeLessThan(600);
});
