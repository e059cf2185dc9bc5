import type { Json } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import fc from "fast-check";
import { attributeProblem, nestsTooDeep, withoutNestedNulls } from "./values";

describe("attributeProblem", () => {
  test.each<[string, Json]>([
    ["text of any length", "x".repeat(1000)],
    ["a float", 0.1 + 0.2],
    ["a pair of surrogates", "\u{1f600}"],
    ["a NUL", "a\0b"],
    ["the largest exact integer", Number.MAX_SAFE_INTEGER],
    ["an array", ["a", 1, true]],
    ["an empty array", []],
    ["an empty object", {}],
    ["a nested object", { title: "Solea", artist: { name: "Miles Davis", tags: ["jazz"] } }],
    ["an array of objects", [{ id: 1, born: { $time: "2019-05-04" } }]],
    ["a time with zone", { at: { $time: "2020-07-10T15:00:00.000+09:00" } }],
    ["an increment", { inc: -3 }],
    ["a change of an array", { add: ["a"], remove: ["b"] }],
    ["an addition of objects", { $add: [{ id: 1 }] }],
    [
      "an update of objects",
      { $update: [{ $identifier_key: "id", $identifier_value: 1, $new_object: { a: 1 } }] },
    ],
    ["a removal of objects", { $remove: [{ $identifier_key: "id", $identifier_value: 1 }] }],
    ["a key that is an operator's, next to others", { inc: 1, other: 2 }],
  ])("accepts %s", (_, value) => {
    expect(attributeProblem(value)).toBeUndefined();
  });

  test.each<[string, Json, RegExp]>([
    ["an integer that was rounded", 2 ** 53, /too large a number/],
    ["one with very many digits", 2 ** 100, /too large a number/],
    ["what is beyond every float", Number.POSITIVE_INFINITY, /too large a number/],
    ["half of a surrogate pair", "a\ud83d", /half of a character/],
    ["the same inside of a name", { b: [{ "\ude00": 1 }] }, /half of a character/],
    ["the same inside of an addition", { add: ["\ude00"] }, /half of a character/],
    ["an inexact number inside", { a: [{ b: 2 ** 63 }] }, /too large a number/],
    ["a nested name with a dot", { "a.b": 1 }, /holds the name "a\.b"/],
    ["a nested name with a dollar sign", { a: { $b: 1 } }, /holds the name "\$b"/],
    ["a nested name with a space", [{ "a b": 1 }], /holds the name "a b"/],
    ["a nested name that is empty", { "": 1 }, /holds the name ""/],
    ["a nested name that is too long", { ["x".repeat(256)]: 1 }, /1 to 255 characters/],
    ["a bad nested time", { at: { $time: "yesterday" } }, /"\$time" that is not a time/],
    ["a nested time as a number", { at: { $time: 1_700_000_000 } }, /"\$time" that is not a time/],
    ["a nested time after the year 3000", { at: { $time: "3001-01-01" } }, /before the year 3001/],
    ["an increment by a fraction", { inc: 1.5 }, /whole number/],
    ["an increment by text", { inc: "1" }, /whole number/],
    ["an increment and an addition", { inc: 1, add: ["a"] }, /whole number/],
    ["an addition that is no array", { add: "a" }, /an array under "add"/],
    ["an addition of objects without $", { add: [{ id: 1 }] }, /plain values under "add"/],
    ["a $add of plain values", { $add: ["a"] }, /objects under "\$add"/],
    ["a $add of a bad object", { $add: [{ "a.b": 1 }] }, /holds the name/],
    ["a $remove without a selector", { $remove: [{ id: 1 }] }, /\$identifier_key/],
    [
      "a $update without an object",
      { $update: [{ $identifier_key: "id", $identifier_value: 1 }] },
      /\$new_object/,
    ],
  ])("refuses what Braze would drop without a word: %s", (_, value, problem) => {
    expect(attributeProblem(value)).toMatch(problem);
  });
});

describe("withoutNestedNulls", () => {
  it("takes nulls out at every level and leaves the rest, hostile names too", () => {
    const value = JSON.parse('{"a":null,"b":[1,null,{"c":null,"__proto__":{"d":null,"e":2}}],"f":[]}');
    expect(JSON.stringify(withoutNestedNulls(value))).toBe('{"b":[1,{"__proto__":{"e":2}}],"f":[]}');
    expect(Object.prototype).not.toHaveProperty("e");
  });

  it("gives back what holds no null as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const clean = withoutNestedNulls(value as Json);
        expect(withoutNestedNulls(clean)).toBe(clean);
        if (value !== null) expect(JSON.stringify(clean)).not.toMatch(/[[:,]null[,}\]]/);
      }),
    );
  });
});

test("nestsTooDeep allows ninety levels", () => {
  const nested = (levels: number): Json => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);
  expect(nestsTooDeep(nested(90))).toBe(false);
  expect(nestsTooDeep(nested(91))).toBe(true);
  expect(nestsTooDeep(nested(100_000))).toBe(true);
});

test("setOwn makes __proto__ a name like any other", () => {
  const target = {};
  setOwn(target, "__proto__", { polluted: true });
  expect(Object.keys(target)).toEqual(["__proto__"]);
  expect("polluted" in target).toBe(false);
});
