import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { hashAttribute } from "../delta/attribute-hash";
import { partitionOf } from "../delta/partition";
import { identify, isIdentity } from "../objects/identity";
import { PlainRecords } from "../objects/users/plain-record";
import { FlatRecords } from "./flat-records";

const options = {
  createUsers: true,
  nullValues: "ignore",
  segmentExport: false,
  messagesInDoubt: "reject",
} as const;
const around = { before: '{"type":"RECORD","data":', after: ',"emitted_at":1764000000000}}' };

/** Reads a record's text inside of a line, after a record with the same columns was learned. */
function readText(text: string | Buffer, columns: readonly string[]): FlatRecords | undefined {
  const flat = new FlatRecords("users", (names) => names.map((_, index) => index));
  flat.learn(Object.fromEntries(columns.map((column) => [column, "x"])));
  const line = Buffer.concat([Buffer.from(around.before), Buffer.from(text), Buffer.from(around.after)]);
  const start = around.before.length;
  return flat.read(line, start, line.length - around.after.length, line.length) ? flat : undefined;
}

const readRecord = (record: JsonObject): FlatRecords | undefined =>
  readText(JSON.stringify(record), Object.keys(record));

const record = {
  external_id: "u1",
  email: "a@example.com",
  points: 12,
  price: 1.5,
  vip: true,
  tags: ["a", 1],
};

describe("FlatRecords takes", () => {
  test.each<[string, JsonObject]>([
    ["a usual record", record],
    ["negative numbers and zero", { external_id: "u1", a: -5, b: 0, c: -0.25, d: 100, e: 123456789012345 }],
    [
      "texts that are not ASCII",
      { external_id: "ü1", first_name: "Zoë", city: "東京", empty: "", dash: "–" },
    ],
    ["a name that is not ASCII, of a value that is", { external_id: "u1", größe: "M" }],
    ["an identifier that is not the first column", { plan: "free", external_id: "u1" }],
    ["arrays", { external_id: "u1", none: [], mixed: ["1", 1, true, "1"], wide: ["é"] }],
    ["no attributes", { external_id: "u1" }],
  ])("%s", (_, data) => {
    expect(readRecord(data)?.text).toBe(JSON.stringify(data));
  });
});

describe("FlatRecords leaves to the usual way", () => {
  test.each<[string, string]>([
    ["white space", '{"external_id":"1", "a":1}'],
    ["a number in another spelling", '{"external_id":"1","a":1.0}'],
    ["an exponent", '{"external_id":"1","a":1e3}'],
    ["minus zero", '{"external_id":"1","a":-0}'],
    ["a tiny number", '{"external_id":"1","a":0.0000001}'],
    ["a number that a float does not hold", '{"external_id":"1","a":1234567890123456}'],
    ["an escape", '{"external_id":"1","a":"\\u0041"}'],
    ["null", '{"external_id":"1","a":null}'],
    ["null in an array", '{"external_id":"1","a":[null]}'],
    ["a nested object", '{"external_id":"1","a":{"b":1}}'],
    ["a nested array", '{"external_id":"1","a":[[1]]}'],
    ["a name twice", '{"external_id":"1","a":1,"a":2}'],
    ["a text without an end", '{"external_id":"1","a":"x'],
    ["an array without an end", '{"external_id":"1","a":[1'],
    ["a comma too many", '{"external_id":"1","a":[1,]}'],
    ["half a word", '{"external_id":"1","a":tru}'],
    ["an empty identifier", '{"external_id":"","a":1}'],
    ["an identifier that is a number", '{"external_id":1,"a":1}'],
    ["a character beyond U+FFFF", '{"external_id":"1","a":"😀"}'],
    ["a text that is too long", `{"external_id":"1","a":"${"x".repeat(256)}"}`],
    ["more after its end", '{"external_id":"1","a":1}}'],
    ["another column", '{"external_id":"1","b":1}'],
  ])("%s", (_, text) => {
    expect(readText(text, ["external_id", "a"])).toBeUndefined();
  });

  test.each([
    [[0xc0, 0x80]],
    [[0x80]],
    [[0xe0, 0x80, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xc3]],
    [[0xf0, 0x9f]],
    [[0xff]],
    [[0x0a]],
  ])("bytes that are no text: %j", (bytes) => {
    const text = Buffer.concat([
      Buffer.from('{"external_id":"1","a":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
    expect(readText(text, ["external_id", "a"])).toBeUndefined();
  });

  test.each([
    ["a column that needs a look", { external_id: "1", country: "DE", gender: "F" }],
    ["an option of the object", { external_id: "1", _merge_objects: true }],
    ["a column of the host's", { external_id: "1", _airbyte_raw_id: "x" }],
    ["a number in a field of text", { external_id: "1", email: 1 }],
    ["a second identifier", { external_id: "1", braze_id: "2" }],
    ["no external_id", { email: "a@example.com" }],
    ["columns that parsers sort", { external_id: "1", a: "x", 7: "y" }],
  ])("%s", (_, data) => {
    const known = Object.keys(data).includes("gender") ? { ...data, gender: "F" } : data;
    expect(readText(JSON.stringify(known), Object.keys(known).toReversed())).toBeUndefined();
  });
});

test("records that come in several shapes are read, each by its own", () => {
  const flat = new FlatRecords("users", (names) => names.map((_, index) => index));
  const texts = ['{"external_id":"1","a":1}', '{"external_id":"1","b":1,"a":2}', '{"external_id":"1"}'];
  for (const text of texts) flat.learn(JSON.parse(text) as JsonObject);
  for (const text of [...texts, ...texts]) {
    expect(flat.read(Buffer.from(text), 0, text.length, text.length)).toBe(true);
    expect(flat.text).toBe(text);
    expect(flat.shape?.attributes).toEqual(Object.keys(JSON.parse(text)).slice(1));
  }
});

test("reading is given up where it is nearly always in vain, and not where it pays", () => {
  const good = Buffer.from('{"external_id":"1","a":1}');
  const bad = Buffer.from('{"external_id":"1","a":null}');
  const readsGoodAfter = (goodOnes: number, badOnes: number): boolean => {
    const flat = new FlatRecords("users", (names) => names.map((_, index) => index));
    flat.learn({ external_id: "1", a: 1 });
    for (let each = 0; each < goodOnes; each++) flat.read(good, 0, good.length, good.length);
    for (let each = 0; each < badOnes; each++) flat.read(bad, 0, bad.length, bad.length);
    return flat.read(good, 0, good.length, good.length);
  };
  expect(readsGoodAfter(0, 2000)).toBe(false);
  expect(readsGoodAfter(1000, 2000)).toBe(true);
});

/** Texts without characters beyond U+FFFF, of every width. */
const units = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0x7ff }),
  fc.integer({ min: 0x800, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0xffff }),
);
const wideTexts = fc.array(units, { maxLength: 40 }).map((each) => String.fromCharCode(...each));

/** Values as records hold them, those among them that only look like flat ones. */
const plainValues = fc.oneof(
  wideTexts,
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.string({ maxLength: 20 }),
  fc.integer(),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((cents) => cents / 100),
  fc.double(),
  fc.boolean(),
);
const values = fc.oneof(
  { weight: 8, arbitrary: plainValues },
  fc.array(plainValues, { maxLength: 20 }),
  fc.constantFrom<JsonObject | null>(null, { inc: 1 }, { a: 1 }),
);
const names = fc.constantFrom(
  "a",
  "b",
  "email",
  "country",
  "gender",
  "braze_id",
  "first_name",
  "__proto__",
  "1",
);
const records = fc
  .tuple(
    fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 })),
    fc.dictionary(names, values),
  )
  .map(([id, data]) => ({
    external_id: id,
    ...data,
  }));

test("what is read is what parsing would have found, and would be sent as it is", () => {
  const plain = new PlainRecords();
  let taken = 0;
  fc.assert(
    fc.property(records, (data) => {
      const text = JSON.stringify(data);
      const flat = readText(text, Object.keys(data));
      if (!flat) return;
      taken += 1;
      const parsed = JSON.parse(text) as JsonObject;
      const identity = identify(parsed);
      if (!isIdentity(identity)) throw new Error("It has no identifier");
      expect(plain.has(parsed, identity, options)).toBe(true);
      expect(flat.identity).toBe(identity.key);
      const { lo, hi } = hash64(identity.key);
      expect([flat.idLo, flat.idHi, flat.partition]).toEqual([lo, hi, partitionOf(identity.key)]);
      expect(flat.text).toBe(JSON.stringify(parsed));
      expect(flat.shape?.attributes).toEqual(Object.keys(parsed).filter((name) => name !== "external_id"));
      flat.shape?.attributes.forEach((name, index) => {
        const { lo, hi } = hashAttribute(parsed[name] ?? null);
        expect([flat.hashes[2 * index], flat.hashes[2 * index + 1]]).toEqual([lo, hi]);
      });
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test("a text that was changed at one place is read as what it is now, or not at all", () => {
  const text = JSON.stringify(record);
  const mutations = fc.tuple(
    fc.nat({ max: text.length - 1 }),
    fc.constantFrom(...'"\\,:{}[]0159-.etrufalsn \u00e9\u0000x'),
  );
  fc.assert(
    fc.property(mutations, ([at, character]) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      const flat = readText(changed, Object.keys(record));
      if (flat) expect(JSON.stringify(JSON.parse(changed))).toBe(flat.text);
    }),
    { numRuns: 3000 },
  );
});
