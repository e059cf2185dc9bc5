import fc from "fast-check";
import type { JsonObject } from "../json";
import { compileFieldPath } from "./field-path";

const read = (field: string, record: JsonObject) => compileFieldPath(field)(record);

test.each<[string, string, JsonObject, unknown]>([
  ["a column", "id", { id: 7 }, 7],
  ["a nested field", "address.city", { address: { city: "Ghent" } }, "Ghent"],
  ["an element of a list", "phones.1.number", { phones: [{ number: 1 }, { number: 2 }] }, 2],
  ["null", "id", { id: null }, null],
  ["nothing, where there is nothing", "address.city", { address: {} }, undefined],
  ["nothing inside text", "name.0", { name: "Ann" }, undefined],
  ["nothing inside null", "a.b", { a: null }, undefined],
  ["no property of a list but its elements", "tags.length", { tags: ["a"] }, undefined],
  ["no element behind a sign", "tags.-1", { tags: ["a"] }, undefined],
  ["no element behind a leading zero", "tags.00", { tags: ["a"] }, undefined],
])("reads %s", (_, field, record, expected) => {
  expect(read(field, record)).toBe(expected);
});

describe("a key that contains the dots", () => {
  test("wins over a nested field", () => {
    expect(read("a.b", { "a.b": 1, a: { b: 2 } })).toBe(1);
  });

  test("wins with null, too", () => {
    expect(read("a.b", { "a.b": null, a: { b: 2 } })).toBeNull();
  });

  test.each<[JsonObject]>([[{ "a.b": { c: 1 } }], [{ a: { "b.c": 1 } }], [{ a: { b: { c: 1 } } }]])(
    "may be any part of the path: %j",
    (record) => {
      expect(read("a.b.c", record)).toBe(1);
    },
  );

  test("does not hide a field elsewhere", () => {
    expect(read("a.b.c", { "a.b": 5, a: { b: { c: 1 } } })).toBe(1);
  });
});

describe("hostile names", () => {
  test.each(["__proto__", "constructor", "toString", "constructor.name", "a.__proto__", "a.toString.name"])(
    "%s is no field unless the record has it",
    (field) => {
      expect(read(field, { a: {} })).toBeUndefined();
    },
  );

  test("__proto__ is a field like others when the record has it", () => {
    const record = JSON.parse('{"__proto__": {"x": 1}}') as JsonObject;
    expect(read("__proto__.x", record)).toBe(1);
  });
});

test("any value of any nesting is found under its path", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes("."));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), fc.jsonValue(), (names, value) => {
      const record = JSON.parse(
        names.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, JSON.stringify(value)),
      ) as JsonObject;
      expect(read(names.join("."), record)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
