import { DamagedIndexError, encodePart, loadPart } from "./index-part";
import { UserTable } from "./user-table";

const bytes = encodePart(Uint32Array.from([1, 2, 0xffffffff, 4, 5, 6, 7, 8, 9, 10]));
const changed = (change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
};

test("a part is read as it was written: 20 bytes a user", () => {
  const table = new UserTable();
  expect(loadPart(bytes, table)).toBe(2);
  expect(table.see("0000000100000002ffffffff", { lo: 4, hi: 5 })).toBe("same");
  expect(table.see("000000060000000700000008", { lo: 9, hi: 11 })).toBe("changed");
  expect(bytes.length).toBe(12 + 2 * 20 + 4);
  expect(loadPart(encodePart(new Uint32Array(0)), table)).toBe(0);
});

test.each([
  ["something else", Buffer.from("<html>"), "it is no index"],
  ["cut short", bytes.subarray(0, 40), "its checksum is wrong"],
  ["with a bit that flipped", changed((copy) => copy.writeUInt8(3, 20)), "its checksum is wrong"],
])("one that is %s is damaged", (_, damaged, message) => {
  const table = new UserTable();
  expect(() => loadPart(damaged, table)).toThrow(new DamagedIndexError(message));
  expect(table.size).toBe(0);
});
