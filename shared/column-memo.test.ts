import fc from "fast-check";
import { ColumnMemo } from "./column-memo";

test("it says of every column what the search says, in whatever order they come", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ maxLength: 1 }), { maxLength: 5 })), (records) => {
      const memo = new ColumnMemo((name) => `known of ${name}`);
      for (const columns of records) {
        for (const [index, name] of columns.entries()) expect(memo.get(index, name)).toBe(`known of ${name}`);
      }
    }),
  );
});

test("it searches once while the order stays", () => {
  const find = jest.fn((name: string) => name.length);
  const memo = new ColumnMemo(find);
  for (let record = 0; record < 3; record++)
    for (const [index, name] of ["a", "b"].entries()) memo.get(index, name);
  expect(find).toHaveBeenCalledTimes(2);
});

test("a record with very many columns is looked up name by name", () => {
  const memo = new ColumnMemo((name) => name);
  expect(memo.get(100_000, "a")).toBe("a");
  expect(memo.get(100_000, "b")).toBe("b");
});
