import fc from "fast-check";
import { entryWords, isBrazeId, UserTable } from "./user-table";

const hash = (value: number) => ({ lo: value >>> 0, hi: ~value >>> 0 });
const idOf = (index: number): string => `55eede00${"0".repeat(8)}${index.toString(16).padStart(8, "0")}`;

/** Puts what a table holds into another one, as an index would. */
function copyOf(table: UserTable, all = true): UserTable {
  const copy = new UserTable();
  for (const piece of table.entries(all, 3)) {
    expect(piece.length).toBeLessThanOrEqual(3 * entryWords);
    for (let start = 0; start < piece.length; start += entryWords) {
      const [a = 0, b = 0, c = 0, lo = 0, hi = 0] = piece.subarray(start, start + entryWords);
      copy.load(a, b, c, lo, hi);
    }
  }
  return copy;
}

test("an identifier is 24 hexadecimal digits, in small letters", () => {
  expect(isBrazeId("55eede0012345678901234ff")).toBe(true);
  for (const other of ["55EEDE0012345678901234FF", "55eede0012345678901234f", "x", "", 7, undefined]) {
    expect(isBrazeId(other)).toBe(false);
  }
});

test("what an export says is told from what was known, and who is missing shows", () => {
  const ids = fc.integer({ min: 0, max: 40 });
  const values = fc.integer({ min: 0, max: 3 });
  const rows = fc.array(fc.tuple(ids, values), { maxLength: 60 });
  fc.assert(
    fc.property(rows, rows, (before, now) => {
      const first = new UserTable();
      for (const [id, value] of before) first.see(idOf(id), hash(value));
      const known = new Map(before);
      const table = copyOf(first);
      expect(table.size).toBe(known.size);
      const seen = new Set<number>();
      for (const [id, value] of now) {
        const expected = !known.has(id) ? "new" : known.get(id) === value ? "same" : "changed";
        expect(table.see(idOf(id), hash(value))).toBe(expected);
        known.set(id, value);
        seen.add(id);
      }
      const missing = [...known.keys()].filter((id) => !seen.has(id)).map(idOf);
      expect([...table.unseen()].sort()).toEqual(missing.sort());
      expect(table.size - table.seen).toBe(missing.length);
      // What was not seen is kept only when it is to be.
      expect(copyOf(table, true).size).toBe(known.size);
      expect(copyOf(table, false).size).toBe(seen.size);
    }),
  );
});

test("a hundred thousand users with ids and hashes of any bits are all found again", () => {
  const table = new UserTable();
  const id = (index: number): string =>
    [index * 40_503, index * 2_654_435_761, ~index]
      .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
      .join("");
  for (let index = 0; index < 100_000; index += 1) expect(table.see(id(index), hash(index))).toBe("new");
  const copy = copyOf(table);
  for (let index = 0; index < 100_000; index += 2) expect(copy.see(id(index), hash(index))).toBe("same");
  expect(copy.seen).toBe(50_000);
  expect(new Set(copy.unseen())).toEqual(new Set(Array.from({ length: 50_000 }, (_, n) => id(2 * n + 1))));
});
