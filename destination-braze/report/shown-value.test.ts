import type { Json } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { cut, shownValue } from "./shown-value";

describe("a masked value", () => {
  it.each<[Json, string]>([
    ["2026-13-45", "9999-99-99"],
    ["Jane.Doe@example.org", "Xxxx.Xxx@xxxxxxx.xxx"],
    ["Ærø 漢字 ٣", "Xxx xx 9"],
    ["a\u0000b\u202ec🙂", "x?x?x?"],
    ["", "(empty text)"],
    [-12.5, "-99.9"],
    [1e21, "9x+99"],
    [true, "true or false"],
    [false, "true or false"],
    [null, "null"],
    [["a", "b"], "list of 2"],
    [{ secret: "name" }, "object with 1 fields"],
  ])("of %j is %j", (value, shown) => {
    expect(shownValue(value, "masked")).toBe(shown);
  });

  it("holds no letter or digit of the value but x, X and 9", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(shownValue(text, "masked").replace("(empty text)", "").replaceAll(/[xX9]/g, "")).not.toMatch(
          /[\p{L}\p{N}]/u,
        );
      }),
    );
  });
});

describe("a shown value", () => {
  it.each<[Json, string]>([
    ["<b>", "<b>"],
    [12.5, "12.5"],
    [null, "null"],
    [{ a: [1] }, '{"a":[1]}'],
  ])("of %j is %j", (value, shown) => {
    expect(shownValue(value, "shown")).toBe(shown);
  });

  it("is cut, and never inside a character", () => {
    expect(shownValue("x".repeat(10_000), "shown")).toHaveLength(2001);
    expect(cut("a🙂b", 2)).toBe("a…");
    expect(cut("ab🙂", 4)).toBe("ab🙂");
  });

  it("survives values nested too deep to be printed", () => {
    let deep: Json = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(shownValue(deep, "shown")).toBe("(nested too deep to be shown)");
  });
});
