import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { membersOf } from "@braze-connectors/shared/json-members";
import { spansOf } from "@braze-connectors/shared/testing/lines";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import fc from "fast-check";
import { NotAnObjectError, parseLine } from "./json-line";
import { PlainLines } from "./plain-lines";

const everything = (): boolean => true;

/** The fast way, and what comes out of it. */
class FastWay {
  private readonly output = new MemoryOutput();
  private readonly plain: PlainLines;

  constructor(passesOn: (key: string) => boolean = everything) {
    this.plain = new PlainLines('{"own":0', passesOn, new StreamEmitter("users", this.output.output));
  }

  /** @returns how many lines it took before the first that it did not take */
  take(...lines: Buffer[]): Promise<number> {
    this.plain.load(spansOf(lines));
    return this.plain.passOn(0);
  }

  /** The records that came out, as JSON texts, without our own member. */
  records(): string[] {
    const records = this.output.lines.flatMap((line) => /"data":(.*),"emitted_at":/s.exec(line)?.[1] ?? []);
    return records.map((text) => text.replace('{"own":0,', "{"));
  }
}

let fast = new FastWay();
let taken = 0;

/** Each has memory of its own, which is not made for every line; but it keeps only so many keys in mind. */
async function takes(line: Buffer): Promise<boolean> {
  taken += 1;
  if (taken % 20 === 0) fast = new FastWay();
  return (await fast.take(line)) === 1;
}

/** Whether the slow way finds members in a line. It also takes white space around it that JSON does not know. */
function parses(line: Buffer): boolean {
  const text = line.toString();
  if (text.trim() !== text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")) return false;
  try {
    return parseLine(line).keys.length > 0;
  } catch (error) {
    if (error instanceof NotAnObjectError) return false;
    throw error;
  }
}

/** The object that is left of a line when only some members are passed on. */
async function passedOn(line: Buffer, passesOn: (key: string) => boolean): Promise<string> {
  const fast = new FastWay(passesOn);
  expect(await fast.take(line)).toBe(1);
  return fast.records()[0] ?? "";
}

/** JSON text with white space in places where it may stand. */
const spaced = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(value, fc.constantFrom("", " ", "\t\r ", "  "))
    .map(([content, space]) => JSON.stringify(content, null, space).replaceAll("\n", space));

const anyObject = spaced(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { minKeys: 1 }));
const asLine = (text: string): Buffer => Buffer.from(text);

describe("PlainLines", () => {
  test("takes every object", () =>
    fc.assert(
      fc.asyncProperty(anyObject, async (text) => {
        expect(await takes(asLine(text))).toBe(true);
      }),
    ));

  test("takes exactly what the parser takes: objects with some bytes changed, dropped or put in", () => {
    const damage = fc.record({
      at: fc.nat(),
      drop: fc.nat(2),
      put: fc.constantFrom(
        ..."{}[],:\"\\/ \t\r\u0000019-+.eEutrfalsn'ü\u00a0",
        "\\u12",
        "\\u00e9",
        "true",
        "",
      ),
    });
    return fc.assert(
      fc.asyncProperty(anyObject, fc.array(damage, { minLength: 1, maxLength: 3 }), async (text, damages) => {
        let line = asLine(text);
        for (const { at, drop, put } of damages) {
          const place = at % (line.length + 1);
          line = Buffer.concat([line.subarray(0, place), Buffer.from(put), line.subarray(place + drop)]);
        }
        expect([line.toString(), await takes(line)]).toEqual([line.toString(), parses(line)]);
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
    return fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 6 }), async (value) => {
        const line = asLine(`{"a":${value.join("")}}`);
        expect([line.toString(), await takes(line)]).toEqual([line.toString(), parses(line)]);
      }),
      { numRuns: 2000 },
    );
  });

  test("finds the members that are passed on", () => {
    const keys = ["a", "b", "c", "é", "segment_id", 'qu"ote', "\u0001"];
    const someKeys = spaced(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()));
    return fc.assert(
      fc.asyncProperty(fc.array(someKeys), fc.subarray(keys), async (texts, chosen) => {
        const passesOn = (key: string): boolean => chosen.includes(key);
        for (const text of texts) {
          const members = [...membersOf(text.trim())].filter(({ key }) => passesOn(key));
          if (members.length === 0) continue;
          const expected = members.map(({ key, valueText }) => [key, JSON.parse(valueText)]);
          const result = JSON.parse(await passedOn(asLine(text), passesOn)) as object;
          expect(Object.entries(result)).toEqual(Object.entries(Object.fromEntries(expected)));
        }
      }),
    );
  });

  test("learns keys from line to line, in whatever order they come", async () => {
    const asked: string[] = [];
    const fast = new FastWay((key) => {
      asked.push(key);
      return key !== "no";
    });
    const texts = ['{"a":1,"no":2,"b":3}', '{"b":1,"a":2}', '{"x":1,"b":[],"no":2,"a":0}'];
    expect(await fast.take(...texts.map(asLine))).toBe(3);
    expect(asked).toEqual(["a", "no", "b", "x"]);
    expect(fast.records()).toEqual(['{"a":1,"b":3}', '{"b":1,"a":2}', '{"x":1,"b":[],"a":0}']);
  });

  test("knows a key by its meaning, however it is spelled", async () => {
    const line = asLine('{"segment_id":1,"segment\\u005fid":2,"other":3}');
    expect(await passedOn(line, (key) => key !== "segment_id")).toBe('{"other":3}');
  });

  test("keeps many keys in mind, and leaves lines with more of them to the parser", async () => {
    const fast = new FastWay((key) => key.endsWith("7"));
    const withKeys = (count: number): Buffer =>
      asLine(
        JSON.stringify(
          Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index])),
        ),
      );
    expect(await fast.take(withKeys(200), withKeys(200), withKeys(1000), withKeys(200))).toBe(2);
    for (const record of fast.records()) expect(Object.keys(JSON.parse(record))).toHaveLength(20);
    expect(await fast.take(withKeys(200))).toBe(1);
    expect(await takes(asLine(JSON.stringify({ ["k".repeat(100)]: 1 })))).toBe(false);
  });

  test("takes objects as deep as any, and leaves the deepest to the parser", async () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"":', "}"],
    ] as const) {
      const nested = (depth: number, closed = depth): Buffer =>
        asLine(`{"a":${open.repeat(depth)}0${close.repeat(closed)}}`);
      expect(await takes(nested(1000))).toBe(true);
      expect(await takes(nested(1000, 999))).toBe(false);
      expect(await takes(nested(10_000))).toBe(false);
    }
  });

  test("takes long lines, and leaves the longest to the parser", async () => {
    const withText = (characters: number): Buffer =>
      asLine(JSON.stringify({ a: "é".repeat(characters / 2) }));
    expect(await takes(withText(1_000_000))).toBe(true);
    expect(await takes(withText(1_100_000))).toBe(false);
  });

  test.each([
    ["nothing", ""],
    ["an object without members", "{}"],
    ["half an object", '{"a":"b'],
    ["two objects", "{}{}"],
    ["a list", "[1]"],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["half a character", Buffer.from([...Buffer.from('{"a":"'), 0xc3, ...Buffer.from('"}')])],
  ])("does not take %s", async (_, line) => {
    expect(await takes(Buffer.from(line))).toBe(false);
  });
});
