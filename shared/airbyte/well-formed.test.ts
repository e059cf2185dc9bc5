import fc from "fast-check";
import { wellFormedJson } from "./well-formed";

test.each([
  ["a first half alone", '"a\\ud83d"', '"a\\ufffd"'],
  ["a second half alone", '"\\uDE00b"', '"\\ufffdb"'],
  ["halves in the wrong order", '"\\ude00\\ud83d"', '"\\ufffd\\ufffd"'],
  ["a first half before a pair", '"\\ud83d\\ud83d\\ude00"', '"\\ufffd\\ud83d\\ude00"'],
  ["a pair", '"\\uD83D\\uDE00"', '"\\uD83D\\uDE00"'],
  ["an escaped backslash before what looks like a half", '"\\\\ud83d"', '"\\\\ud83d"'],
  ["an escaped backslash before a half", '"\\\\\\ud83d"', '"\\\\\\ufffd"'],
  ["other escapes", '"\\u00e9\\n\\udbff\\"\\u2028"', '"\\u00e9\\n\\ufffd\\"\\u2028"'],
  ["a key", '{"\\ud83d":1}', '{"\\ufffd":1}'],
])("%s", (_, text, expected) => {
  expect(wellFormedJson(text)).toBe(expected);
});

test("any text comes out as its well-formed self", () => {
  const anything = fc.string({
    unit: fc.constantFrom("\ud83d", "\ude00", "\\", "u", "d83d", '"', "é", "\n"),
  });
  fc.assert(
    fc.property(anything, (text) => {
      expect(JSON.parse(wellFormedJson(JSON.stringify(text)))).toBe(Buffer.from(text).toString());
    }),
  );
});
