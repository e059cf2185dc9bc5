import { type ExportNote, isOfThisSync, parseNote, printNote } from "./export-note";

const note: ExportNote = {
  objectPrefix: "uuid-1",
  exportedAt: "2026-01-02T03:04:05.000Z",
  sync: 42,
  toldAt: "2026-01-02T03:04:06.000Z",
};
const toldAtMs = Date.parse(note.toldAt);
const minute = 60_000;

test("a note is read as it was written", () => {
  for (const each of [note, { ...note, sync: null }]) expect(parseNote(printNote(each))).toEqual(each);
});

test.each([
  ["half of one", printNote(note).slice(0, 40)],
  ["another version's", printNote(note).replace('"version":1', '"version":2')],
  ["one that leads elsewhere", printNote({ ...note, objectPrefix: "../other" })],
  ["one without times", printNote({ ...note, exportedAt: "yesterday" })],
  ["a list", "[]"],
])("%s is none", (_, text) => {
  expect(parseNote(text)).toBeUndefined();
});

describe("a note is of a sync", () => {
  test("that has the same name, whenever it was written", () => {
    expect(isOfThisSync(note, 42, toldAtMs + 600 * minute)).toBe(true);
    expect(isOfThisSync(note, 43, toldAtMs)).toBe(false);
    expect(isOfThisSync(note, null, toldAtMs)).toBe(false);
    expect(isOfThisSync({ ...note, sync: null }, 42, toldAtMs)).toBe(false);
  });

  test("without a name, if the shard started at most ten minutes later", () => {
    const nameless = { ...note, sync: null };
    expect(isOfThisSync(nameless, null, toldAtMs - 600 * minute)).toBe(true);
    expect(isOfThisSync(nameless, null, toldAtMs + 9 * minute)).toBe(true);
    expect(isOfThisSync(nameless, null, toldAtMs + 11 * minute)).toBe(false);
  });
});
