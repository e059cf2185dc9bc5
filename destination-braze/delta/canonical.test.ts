import type { Json } from "@braze-connectors/shared/json";
import { canonicalAttribute } from "./canonical";

const same = (a: Json, b: Json): boolean => canonicalAttribute(a) === canonicalAttribute(b);

describe("canonicalAttribute", () => {
  it.each<[string, Json, Json]>([
    ["key order", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ["the spelling of a number", JSON.parse("1.0") as Json, JSON.parse("10e-1") as Json],
    ["order in an array attribute", ["a", "b"], ["b", "a"]],
    ["repetition in an array attribute", ["a", "b", "a"], ["a", "b"]],
  ])("takes no notice of %s", (_what, a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each<[string, Json, Json]>([
    ["a number and its text", 1, "1"],
    ["null and its text", null, "null"],
    ["true and its text", true, "true"],
    ["an empty array and an empty object", [], {}],
    ["an array and the text of its elements", ["a", "b"], '{"a","b"}'],
    ["order in an array of objects", [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]],
    ["order in an array inside a nested attribute", { a: [1, 2] }, { a: [2, 1] }],
    ["a missing key and a null", { a: null }, {}],
  ])("tells apart %s", (_what, a, b) => {
    expect(same(a, b)).toBe(false);
  });
});
