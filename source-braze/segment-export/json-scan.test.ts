import { membersOf } from "@braze-connectors/shared/json-members";
import fc from "fast-check";
import { NotAnObjectError, parseLine } from "./json-line";
import { JsonScan } from "./json-scan";

const everything = (): boolean => true;

let scan = new JsonScan(everything);
let scanned = 0;

/** Each has memory of its own, which is not made for every line; but it keeps only so many keys in mind. */
function takes(line: Buffer): boolean {
  scanned += 1;
  if (scanned % 20 === 0) scan = new JsonScan(everything);
  return scan.scan(line);
}

/** Whether the slow way takes a line. It also takes white space around it that JSON does not know. */
function parses(line: Buffer): boolean {
  const text = line.toString();
  if (text.trim() !== text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")) return false;
  try {
    parseLine(line);
    return true;
  } catch (error) {
    if (error instanceof NotAnObjectError) return false;
    throw error;
  }
}

/** The object that is left of a line when only some members are passed on. */
function passedOn(line: Buffer, passesOn: (key: string) => boolean): string {
  const scan = new JsonScan(passesOn);
  expect(scan.scan(line)).toBe(true);
  return `{${scan.starts.map((start, index) => line.subarray(start, scan.ends[index])).join(",")}}`;
}

/** JSON text with white space in places where it may stand. */
const spaced = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(value, fc.constantFrom("", " ", "\t\r ", "  "))
    .map(([content, space]) => JSON.stringify(content, null, space).replaceAll("\n", space));

const anyObject = spaced(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()));
const asLine = (text: string): Buffer => Buffer.from(text);

describe("JsonScan", () => {
  test("takes every object", () => {
    fc.assert(
      fc.property(anyObject, (text) => {
        expect(takes(asLine(text))).toBe(true);
      }),
    );
  });

  test("takes exactly what the parser takes: objects with some bytes changed, dropped or put in", () => {
    const damage = fc.record({
      at: fc.nat(),
      drop: fc.nat(2),
      put: fc.constantFrom(
        ..."{}[],:\"\\/ \t\n\u0000019-+.eEutrfalsn'ü\u00a0",
        "\\u12",
        "\\u00e9",
        "true",
        "",
      ),
    });
    fc.assert(
      fc.property(anyObject, fc.array(damage, { minLength: 1, maxLength: 3 }), (text, damages) => {
        let line = asLine(text);
        for (const { at, drop, put } of damages) {
          const place = at % (line.length + 1);
          line = Buffer.concat([line.subarray(0, place), Buffer.from(put), line.subarray(place + drop)]);
        }
        expect([line.toString(), takes(line)]).toEqual([line.toString(), parses(line)]);
      }),
      { numRuns: 2000 },
    );
  });

  test("takes exactly what the parser takes: numbers and literals", () => {
    const pieces = fc.constantFrom(
      "-",
      "+",
      "0",
      "1",
      "12",
      ".",
      "e",
      "E",
      "true",
      "false",
      "null",
      "nul",
      "t",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (value) => {
        const line = asLine(`{"a":${value.join("")}}`);
        expect([line.toString(), takes(line)]).toEqual([line.toString(), parses(line)]);
      }),
      { numRuns: 2000 },
    );
  });

  test("finds the members that are passed on", () => {
    const keys = ["a", "b", "c", "é", "segment_id", 'qu"ote', "\u0001"];
    const someKeys = spaced(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()));
    fc.assert(
      fc.property(fc.array(someKeys), fc.subarray(keys), (texts, chosen) => {
        const passesOn = (key: string): boolean => chosen.includes(key);
        for (const text of texts) {
          const members = [...membersOf(text.trim())].filter(({ key }) => passesOn(key));
          const expected = members.map(({ key, valueText }) => [key, JSON.parse(valueText)]);
          const result = JSON.parse(passedOn(asLine(text), passesOn)) as object;
          expect(Object.entries(result)).toEqual(Object.entries(Object.fromEntries(expected)));
        }
      }),
    );
  });

  test("learns keys from line to line, in whatever order they come", () => {
    const asked: string[] = [];
    const scan = new JsonScan((key) => {
      asked.push(key);
      return key !== "no";
    });
    for (const text of ['{"a":1,"no":2,"b":3}', '{"b":1,"a":2}', '{"no":1}', '{"x":1,"b":[],"no":2,"a":0}']) {
      expect(scan.scan(asLine(text))).toBe(true);
    }
    expect(asked).toEqual(["a", "no", "b", "x"]);
    expect([scan.starts, scan.ends, scan.isWhole]).toEqual([[1, 21], [13, 26], false]);
  });

  test("knows a key by its meaning, however it is spelled", () => {
    const line = asLine('{"segment_id":1,"segment\\u005fid":2,"other":3}');
    expect(passedOn(line, (key) => key !== "segment_id")).toBe('{"other":3}');
  });

  test("keeps many keys in mind, and leaves lines with more of them to the parser", () => {
    const scan = new JsonScan((key) => key.endsWith("7"));
    const withKeys = (count: number): Buffer =>
      asLine(
        JSON.stringify(
          Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index])),
        ),
      );
    for (let time = 0; time < 2; time += 1) {
      expect(scan.scan(withKeys(200))).toBe(true);
      expect(scan.starts).toHaveLength(20);
    }
    expect(scan.scan(withKeys(1000))).toBe(false);
    expect(scan.scan(withKeys(200))).toBe(true);
    expect(takes(asLine(JSON.stringify({ ["k".repeat(100)]: 1 })))).toBe(false);
  });

  test("takes objects as deep as any, and leaves the deepest to the parser", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"":', "}"],
    ] as const) {
      const nested = (depth: number, closed = depth): Buffer =>
        asLine(`{"a":${open.repeat(depth)}0${close.repeat(closed)}}`);
      expect(takes(nested(1000))).toBe(true);
      expect(takes(nested(1000, 999))).toBe(false);
      expect(takes(nested(10_000))).toBe(false);
    }
  });

  test("takes long lines, and leaves the longest to the parser", () => {
    const withText = (characters: number): Buffer =>
      asLine(JSON.stringify({ a: "é".repeat(characters / 2) }));
    expect(takes(withText(1_000_000))).toBe(true);
    expect(takes(withText(1_100_000))).toBe(false);
  });

  test.each([
    ["nothing", ""],
    ["half an object", '{"a":"b'],
    ["two objects", "{}{}"],
    ["a list", "[1]"],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["half a character", Buffer.from([...Buffer.from('{"a":"'), 0xc3, ...Buffer.from('"}')])],
  ])("does not take %s", (_, line) => {
    expect(takes(Buffer.from(line))).toBe(false);
  });
});
