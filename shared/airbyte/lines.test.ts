import fc from "fast-check";
import { textsOf } from "../testing/lines";
import { isBlank, readLines } from "./lines";

const tooLong = (lineNumber: number): Error => new Error(`line ${lineNumber} is too long`);

async function* chunksOf(...chunks: (Buffer | string)[]): AsyncGenerator<Buffer | string> {
  yield* chunks;
}

/** The lines with their numbers, as a consumer sees them. */
async function numbered(chunks: (Buffer | string)[], maxLineBytes = 1000): Promise<[number, string][]> {
  const result: [number, string][] = [];
  for await (const batch of readLines(chunksOf(...chunks), maxLineBytes, tooLong)) {
    const lines = textsOf(batch);
    expect(lines).not.toHaveLength(0);
    for (const [offset, line] of lines.entries()) result.push([batch.firstNumber + offset, line]);
  }
  return result;
}

const lines = async (...chunks: (Buffer | string)[]) => (await numbered(chunks)).map(([, line]) => line);

describe("readLines", () => {
  test("a last line needs no line end", async () => {
    expect(await lines("a\nb")).toEqual(["a", "b"]);
    expect(await lines("a\nb\n")).toEqual(["a", "b"]);
    expect(await lines()).toEqual([]);
  });

  test("empty lines are kept, so that numbers are true", async () => {
    expect(await numbered(["\n\na\n", "\nb"])).toEqual([
      [1, ""],
      [2, ""],
      [3, "a"],
      [4, ""],
      [5, "b"],
    ]);
  });

  test("CRLF ends a line like LF, also when a chunk ends between the two", async () => {
    expect(await lines("a\r\nb\r", "\nc\r\r\n", "\r", "\nd\re")).toEqual(["a", "b", "c\r", "", "d\re"]);
  });

  test("a byte order mark at the start is no part of the first line", async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    expect(await lines(mark, "a\nb")).toEqual(["a", "b"]);
    expect(await lines(mark.subarray(0, 2), mark.subarray(2), "a")).toEqual(["a"]);
    expect(await lines(Buffer.concat([mark, Buffer.from("\n"), mark, Buffer.from("b\n")]))).toEqual([
      "",
      "\ufeffb",
    ]);
    expect(await lines(mark)).toEqual([""]);
  });

  test("a character cut in two by chunks comes out whole", async () => {
    const bytes = Buffer.from("grüße 👋\n");
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(await lines(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(["grüße 👋"]);
    }
  });

  test("any text cut into any chunks gives the same lines", async () => {
    const text = fc.string({ unit: fc.constantFrom("\n", "\r\n", "a", "ü", "👋", '{"x":1}', " ") });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(20)), async (content, sizes) => {
        const bytes = Buffer.from(content);
        const chunks: Buffer[] = [];
        let position = 0;
        for (const size of sizes) {
          chunks.push(bytes.subarray(position, position + size));
          position += size;
        }
        chunks.push(bytes.subarray(position));
        const expected = content.split(/\r?\n/);
        if (expected.at(-1) === "") expected.pop();
        expect(await numbered(chunks)).toEqual(expected.map((line, index) => [index + 1, line]));
      }),
    );
  });

  test("chunks may be written into the same memory one after the other", async () => {
    async function* overwritten(): AsyncGenerator<Buffer> {
      const memory = Buffer.alloc(4);
      for (const text of ["a\nbb", "bb\nc", "cc\nd"]) {
        memory.write(text);
        yield memory;
      }
    }
    const seen: string[] = [];
    for await (const batch of readLines(overwritten(), 100, tooLong)) seen.push(...textsOf(batch));
    expect(seen).toEqual(["a", "bbbb", "ccc", "d"]);
  });

  test("a line may be as long as allowed, and not a byte longer", async () => {
    expect(await numbered(["12345\n12345"], 5)).toHaveLength(2);
    await expect(numbered(["12345\n123456\n"], 5)).rejects.toThrow("line 2 is too long");
    await expect(numbered(["\n12345", "6"], 5)).rejects.toThrow("line 2 is too long");
    await expect(numbered(["123", "45", "6\n"], 5)).rejects.toThrow("line 1 is too long");
  });

  test("a line that never ends is given up at the limit, not when the memory is full", async () => {
    let produced = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        produced += 10;
        yield Buffer.alloc(10, "x");
      }
    }
    const reading = readLines(endless(), 95, tooLong).next();
    await expect(reading).rejects.toThrow("line 1 is too long");
    expect(produced).toBe(100);
  });

  test("the lines before one that is too long are handed out first", async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of readLines(chunksOf("a\nb\nccccccc\nd\n"), 5, tooLong)) {
        seen.push(...textsOf(batch));
      }
    })();
    await expect(reading).rejects.toThrow("line 3 is too long");
    expect(seen).toEqual(["a", "b"]);
  });

  test("after a stop, what stands after the last line end was cut off and is no line", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const batch of readLines(chunksOf("a\n{cut", " off"), 100, tooLong, stop.signal)) {
      seen.push(...textsOf(batch));
      stop.abort();
    }
    expect(seen).toEqual(["a"]);
  });
});

test.each([
  ["", true],
  [" \t\r", true],
  [" {}", false],
  ["\u00a0", false],
])("isBlank(%j) is %s", (text, expected) => {
  expect(isBlank(Buffer.from(text))).toBe(expected);
});
