import type { Mapping } from "@braze-connectors/spec/mapping";
import fc from "fast-check";
import { mappingsForStream, mappingsWithoutStream, matchesPattern } from "./pattern";

describe("matchesPattern", () => {
  test.each([
    ["orders", "orders", true],
    ["orders", "orders_eu", false],
    ["orders_*", "orders_eu", true],
    ["orders_*", "orders_", true],
    ["orders_*", "orders", false],
    ["*_eu", "orders_eu", true],
    ["*", "anything", true],
    ["a*b*c", "a1b2c", true],
    ["a*b*c", "a1c2b", false],
    ["ab*ba", "aba", false],
    ["*a*a", "a", false],
    ["a.c", "abc", false],
    ["[a]*", "[a]b", true],
  ])("%s, %s: %s", (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });

  test("agrees with the same pattern as a regular expression", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
    fc.assert(
      fc.property(text, name, (pattern, candidate) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(candidate);
        expect(matchesPattern(pattern, candidate)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("mappingsForStream", () => {
  const indexes = (mappings: Mapping[], name: string, defaultObject?: string, namespace?: string) =>
    mappingsForStream(mappings, { name, namespace }, defaultObject).map(({ index }) => index);

  test("gives all entries that match, in the order of the config", () => {
    const mappings: Mapping[] = [
      { stream: "orders_*", object: "events" },
      { stream: "contacts", object: "users" },
      { stream: "*_eu", object: "users" },
      { stream: "orders_*", object: "purchases" },
    ];
    expect(indexes(mappings, "orders_eu")).toEqual([0, 2, 3]);
  });

  test("an entry that names the stream replaces patterns for the same object only", () => {
    const mappings: Mapping[] = [
      { stream: "*", object: "users" },
      { stream: "*", object: "events" },
      { stream: "contacts", object: "users" },
      { stream: "contacts", object: "users" },
    ];
    expect(indexes(mappings, "contacts")).toEqual([1, 2, 3]);
    expect(indexes(mappings, "people")).toEqual([0, 1]);
  });

  test("an entry without object is for the object that the stream has by default", () => {
    const mappings: Mapping[] = [{ stream: "*", object: "users" }, { stream: "contacts" }];
    expect(indexes(mappings, "contacts", "users")).toEqual([1]);
    expect(indexes(mappings, "contacts", "events")).toEqual([0, 1]);
  });

  test("a stream also answers to its name behind its namespace", () => {
    const mappings: Mapping[] = [{ stream: "crm.contacts" }, { stream: "contacts" }, { stream: "crm.*" }];
    expect(indexes(mappings, "contacts", undefined, "crm")).toEqual([0, 1]);
    expect(indexes(mappings, "people", undefined, "crm")).toEqual([2]);
    expect(indexes(mappings, "contacts", undefined, "shop")).toEqual([1]);
  });
});

test("mappingsWithoutStream finds the entries that nothing matches", () => {
  const mappings: Mapping[] = [{ stream: "contacts" }, { stream: "order_*" }, { stream: "orders*" }];
  const found = mappingsWithoutStream(mappings, [{ name: "contacts" }, { name: "orders_eu" }]);
  expect(found.map(({ index }) => index)).toEqual([1]);
});
