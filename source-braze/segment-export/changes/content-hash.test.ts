import fc from "fast-check";
import { ContentHash } from "./content-hash";

const hashOf = (text: string, counts: (key: string) => boolean = () => true): string => {
  const { lo, hi } = new ContentHash(counts).of(text);
  return `${lo}:${hi}`;
};

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** Prints a value with its keys backwards, and white space wherever there may be some. */
function otherwise(value: Value): string {
  if (Array.isArray(value)) return `[ ${value.map(otherwise).join(" ,\t")}]`;
  if (typeof value !== "object" || value === null) return `${JSON.stringify(value)} `;
  const members = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)} : ${otherwise(child)}`);
  return `{\r\n${members.reverse().join(", ")} }`;
}

const sortedText = (value: Value): string => {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}:${sortedText(child)}`);
  return `{${members.sort().join(",")}}`;
};

const object = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Record<string, Value>>;

test("neither the order of keys nor white space counts, at any depth", () => {
  fc.assert(
    fc.property(object, (value) => {
      expect(hashOf(otherwise(value))).toBe(hashOf(JSON.stringify(value)));
    }),
  );
});

test("everything else does", () => {
  fc.assert(
    fc.property(object, object, (one, other) => {
      const isSame = sortedText(one) === sortedText(other);
      expect(hashOf(JSON.stringify(one)) === hashOf(JSON.stringify(other))).toBe(isSame);
    }),
  );
});

test.each([
  ["values that change places", '{"a":1,"b":2}', '{"a":2,"b":1}'],
  ["a list in another order", '{"a":[1,2]}', '{"a":[2,1]}'],
  ["a list in a list", '{"a":[[1],2]}', '{"a":[[1,2]]}'],
  ["an empty list and an empty object", '{"a":[]}', '{"a":{}}'],
  ["null and nothing", '{"a":null}', "{}"],
  ["a number and a text", '{"a":1}', '{"a":"1"}'],
  ["the last digit of a big number", '{"a":12345678901234567890}', '{"a":12345678901234567891}'],
  ["a member one level deeper", '{"a":{"b":1}}', '{"a":1,"b":1}'],
  ["quotes and backslashes in texts", '{"a":"\\\\","b":"\\"}"}', '{"a":"\\\\\\"}","b":"\\""}'],
])("%s count", (_, one, other) => {
  expect(hashOf(one)).not.toBe(hashOf(other));
});

test("members that do not count make no difference, whatever is in them; deeper ones of the name do", () => {
  const counts = (key: string): boolean => key !== "s\u00e9en";
  const text = (at: string, deep: number): string => `{"a":{"s\\u00e9en":${deep}},"s\\u00e9en":${at},"b":1}`;
  expect(hashOf(text('{"x":[1,"}"]}', 1), counts)).toBe(hashOf(text("2", 1), counts));
  expect(hashOf('{"b":1,"a":{"s\\u00e9en":1}}', counts)).toBe(hashOf(text("2", 1), counts));
  expect(hashOf(text("2", 2), counts)).not.toBe(hashOf(text("2", 1), counts));
});

test("hashes of many similar users do not collide", () => {
  const hashes = new Set<string>();
  for (let index = 0; index < 100_000; index += 1) {
    hashes.add(hashOf(`{"email":"user-${index}@example.com","points":${index % 7}}`));
  }
  expect(hashes.size).toBe(100_000);
});
