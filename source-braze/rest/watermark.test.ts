import fc from "fast-check";
import { advance, isNews, parseWatermark, printWatermark, type Watermark } from "./watermark";

const minuteMs = 60_000;

test("what was seen is not news, what changed is", () => {
  const mark = advance(undefined, [{ key: "a", timeMs: 1000 }], 60 * minuteMs);
  expect(isNews({ key: "a", timeMs: 1000 }, mark)).toBe(false);
  expect(isNews({ key: "b", timeMs: 1000 }, mark)).toBe(true);
  expect(isNews({ key: "a", timeMs: 1001 }, mark)).toBe(true);
  expect(isNews({ key: "old", timeMs: 999 }, mark)).toBe(false);
  expect(isNews({ key: "timeless", timeMs: undefined }, mark)).toBe(true);
});

test("without a state everything is news", () => {
  expect(isNews({ key: "a", timeMs: 0 }, undefined)).toBe(true);
});

test("a change at the moment of the sync is not lost, though a later one was seen already", () => {
  const startedMs = 100 * minuteMs;
  // "a" was listed before it changed at startedMs + 1; "b", further down the list, after it changed.
  const mark = advance(
    undefined,
    [
      { key: "a", timeMs: 0 },
      { key: "b", timeMs: startedMs + 2 },
    ],
    startedMs,
  );
  expect(isNews({ key: "a", timeMs: startedMs + 1 }, mark)).toBe(true);
  expect(isNews({ key: "b", timeMs: startedMs + 2 }, mark)).toBe(false);
});

test("a mark never goes back, and only remembers what is above it", () => {
  const first = advance(undefined, [{ key: "a", timeMs: 50 * minuteMs }], 100 * minuteMs);
  const second = advance(first, [{ key: "a", timeMs: 50 * minuteMs }], 10 * minuteMs);
  expect(second?.timeMs).toBe(50 * minuteMs);
  const third = advance(second, [{ key: "b", timeMs: 60 * minuteMs }], 100 * minuteMs);
  expect([...(third?.seen.keys() ?? [])]).toEqual(["b"]);
});

test("a mark survives being printed", () => {
  const mark = advance(undefined, [{ key: "a", timeMs: 1_700_000_000_123 }], 1_800_000_000_000);
  const printed = printWatermark("last_edited", mark);
  expect(printed).toEqual({
    last_edited: "2023-11-14T22:13:20.123Z",
    seen: { a: "2023-11-14T22:13:20.123Z" },
  });
  expect(parseWatermark("last_edited", printed)).toEqual(mark);
  expect(parseWatermark("last_edited", {})).toBeUndefined();
});

test("over many syncs every version of an entry is emitted exactly once", () => {
  const edit = fc.record({ key: fc.constantFrom("a", "b", "c"), atMs: fc.nat(100 * minuteMs) });
  fc.assert(
    fc.property(fc.array(edit), fc.array(fc.nat(100 * minuteMs), { minLength: 1 }), (edits, syncTimes) => {
      const emitted: string[] = [];
      let mark: Watermark | undefined;
      const times = [...syncTimes].sort((a, b) => a - b);
      for (const nowMs of times) {
        const listed = new Map<string, number>();
        for (const { key, atMs } of edits) {
          if (atMs <= nowMs) listed.set(key, Math.max(atMs, listed.get(key) ?? 0));
        }
        const entries = [...listed].map(([key, timeMs]) => ({ key, timeMs }));
        for (const entry of entries) if (isNews(entry, mark)) emitted.push(`${entry.key} ${entry.timeMs}`);
        mark = advance(mark, entries, nowMs);
      }
      expect(new Set(emitted).size).toBe(emitted.length);
      const last = Math.max(...times);
      for (const key of ["a", "b", "c"]) {
        const versions = edits.filter((one) => one.key === key && one.atMs <= last).map(({ atMs }) => atMs);
        if (versions.length > 0) expect(emitted).toContain(`${key} ${Math.max(...versions)}`);
      }
    }),
  );
});
