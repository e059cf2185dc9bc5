import type { JsonObject } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { isPrinted } from "./printed";

const parsed = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const seen = (text: string): boolean => isPrinted(text, parsed(text));

const flat = fc.dictionary(
  fc.string({ maxLength: 5 }),
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(fc.oneof(fc.string({ maxLength: 4 }), fc.integer()), { maxLength: 3 }),
  ),
) as fc.Arbitrary<JsonObject>;

/** Ways to spell a JSON number; all of them are of the value that the text is parsed to. */
const spelled = fc
  .tuple(
    fc.integer({ min: -2000, max: 2000 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([digits, zeros, exponent]) => {
    const fraction = zeros === 0 ? "" : `.${"0".repeat(zeros)}`;
    return `${digits}${fraction}${exponent === 0 ? "" : `e${exponent}`}`;
  });
const space = fc.constantFrom("", "", "", " ", "\n");
/** Texts as no printer of ours writes them: white space, escapes, numbers of any spelling, names twice. */
const member = fc
  .tuple(space, fc.constantFrom("a", "b", "\\u0061", "1"), space, spelled)
  .map(([before, name, after, number]) => `${before}"${name}":${after}${number}`);
const loose = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(",")}}`);

test("a text that counts as printed is the printed one, members in any order", () => {
  const sorted = (text: string): string => [...text].sort().join("");
  fc.assert(
    fc.property(loose, (text) => {
      if (seen(text)) expect(sorted(text)).toBe(sorted(JSON.stringify(parsed(text))));
    }),
    { numRuns: 20_000 },
  );
});

test("what was printed is found out, unless something in it is rare", () => {
  let found = 0;
  fc.assert(
    fc.property(flat, (object) => {
      const text = JSON.stringify(object);
      if (isPrinted(text, object)) found += 1;
    }),
    { numRuns: 1000 },
  );
  expect(found).toBeGreaterThan(100);
  expect(seen('{"id":"é","points":12345,"tags":["a",1],"ok":true,"none":null,"price":12.5}')).toBe(true);
});

test.each([
  '{"a":1,"a":2}',
  '{"a": 1e3}',
  '{"a":1e2}',
  '{"a":1.0}',
  '{"a":1e-2}',
  '{"a":1e22}',
  '{"a":[1,{"b":1}]}',
  '{"a":"\\u0061"}',
  '{"a":1 }',
])("%s is not taken for printed", (text) => expect(seen(text)).toBe(false));
