/** Files that are no export, or were made to harm: each has a defined end, and none fills memory or disk. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { textsOf } from "@braze-connectors/shared/testing/lines";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { overlapping, patchMember, zipOf } from "../testing/zip";
import { emitFile } from "./emit-file";
import { parseLine } from "./json-line";
import { type FileLimits, fileLimits } from "./limits";
import { PlainLines } from "./plain-lines";
import { readFileLines } from "./read-file";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hostile-files-"));
});
afterEach(() => rm(directory, { recursive: true }));

const asItIs = (line: Buffer): string => parseLine(line).text;

/** What is emitted of a file, and the sentence that ends it. Lines that are passed on as they are go the fast way. */
async function emitted(content: Buffer, toRecord = asItIs): Promise<{ ids: unknown[]; error?: string }> {
  const path = join(directory, "download");
  await writeFile(path, content);
  const output = new MemoryOutput();
  const ids = () => output.messages().flatMap(({ record }) => (record ? [record.data.braze_id] : []));
  try {
    const emitter = new StreamEmitter("segment_users", output.output);
    await emitFile({
      path,
      name: "the-file",
      taker: {
        take: (line) => emitter.recordJson(toRecord(line)),
        plain: toRecord === asItIs ? new PlainLines("{", () => true, emitter) : undefined,
      },
      stop: new AbortController().signal,
    });
  } catch (error) {
    return { ids: ids(), error: (error as Error).message };
  }
  // Nothing but the file itself has come to lie anywhere near.
  expect(await readdir(directory)).toEqual(["download"]);
  return { ids: ids() };
}

/** Bytes of content that were let through, and the sentence that ended it. */
async function readWith(limits: Partial<FileLimits>, content: Buffer): Promise<[number, string | undefined]> {
  const path = join(directory, "download");
  await writeFile(path, content);
  let bytes = 0;
  try {
    for await (const batch of readFileLines(path, { ...fileLimits, ...limits })) {
      for (const line of textsOf(batch)) bytes += line.length + 1;
    }
  } catch (error) {
    return [bytes, (error as Error).message];
  }
  return [bytes, undefined];
}

const user = (id: string): string => `{"braze_id":"${id}"}\n`;

describe("gzip", () => {
  test("with garbage behind its end is damaged, not read without a word", async () => {
    const { error } = await emitted(Buffer.concat([gzipSync(user("a")), Buffer.from("garbage")]));
    expect(error).toMatch(/^the-file can't be read: the gzip data are corrupt \(Z_DATA_ERROR\)$/);
  });

  test("padded with zeros is read whole", async () => {
    const content = Buffer.concat([gzipSync(user("a")), Buffer.alloc(100_000)]);
    expect(await emitted(content)).toEqual({ ids: ["a"] });
  });

  test("with another gzip behind the zeros, where zlib does not look, is damaged", async () => {
    const content = Buffer.concat([gzipSync(user("a")), Buffer.alloc(70_000), gzipSync(user("b"))]);
    expect(await emitted(content)).toEqual({
      ids: ["a"],
      error: "the-file can't be read beyond line 1: there are data behind its end",
    });
  });

  test.each([1, 5, 15])("with %i bytes of a second gzip is truncated", async (bytes) => {
    const content = Buffer.concat([gzipSync(user("a")), gzipSync(user("b")).subarray(0, bytes)]);
    expect((await emitted(content)).error).toMatch(/: the file is truncated$/);
  });

  test("that ends within its header, which holds zeros like its trailer, is truncated", async () => {
    for (let bytes = 2; bytes <= 18; bytes += 1) {
      const { error } = await emitted(gzipSync(user("a")).subarray(0, bytes));
      expect([bytes, error]).toEqual([bytes, "the-file can't be read: the file is truncated"]);
    }
  });

  test("of nothing is a file without users; no bytes at all are damage", async () => {
    expect(await emitted(gzipSync(""))).toEqual({ ids: [] });
    expect(await emitted(Buffer.alloc(0))).toEqual({
      ids: [],
      error: "the-file can't be read: the file is empty",
    });
  });
});

describe("bombs", () => {
  const content = `${" ".repeat(999)}\n`.repeat(1000);
  const formats = [
    ["gzip", async () => gzipSync(content)],
    ["zip", () => zipOf({ "a.json": content })],
    ["a zip of many members", () => zipOf(Object.fromEntries(many(20, content)))],
    ["a zip whose members overlap", async () => overlapping(await zipOf({ "a.json": content }), 50)],
  ] as const;

  test.each(formats)("%s: the size is limited", async (_, make) => {
    const [bytes, error] = await readWith({ contentBytes: 200_000 }, await make());
    expect(error).toBe("it unpacks to more than 200000 bytes, which no export does");
    expect(bytes).toBeLessThanOrEqual(200_000);
  });

  test.each(formats)("%s: the ratio is limited", async (_, make) => {
    const bomb = await make();
    const [bytes, error] = await readWith({ ratio: 40, ratioFromBytes: 100_000 }, bomb);
    expect(error).toBe("it unpacks to more than 40 times its size, which no export does");
    expect(bytes).toBeLessThanOrEqual(Math.max(100_000, 40 * bomb.length));
  });

  test("the ratio of a small file is its own business", async () => {
    expect(await readWith({ ratio: 40, ratioFromBytes: 1_000_000 }, gzipSync(content))).toEqual([
      1_000_000,
      undefined,
    ]);
  });

  test("users who differ in nothing but their identifier are no bomb", async () => {
    const same = JSON.stringify({ custom_attributes: Object.fromEntries(many(200, "the same value")) });
    const lines = Array.from({ length: 5000 }, (_, id) => `{"braze_id":"${id}",${same.slice(1)}\n`);
    const packed = gzipSync(lines.join(""), { level: 9 });
    const [, error] = await readWith({ ratioFromBytes: 0 }, packed);
    expect(error).toBeUndefined();
  });
});

test("a line that is too long is an error with file and line, after the lines before it", async () => {
  const text = Buffer.from(`${user("a")}{"x":"${"x".repeat(200)}"}\n${user("b")}`);
  for (const content of [text, gzipSync(text), await zipOf({ "a.json": text })]) {
    const [bytes, error] = await readWith({ lineBytes: 100 }, content);
    expect(error).toBe("line 2 is longer than 100 bytes");
    expect(bytes).toBe(user("a").length);
  }
});

describe("zip members", () => {
  const names = [
    "../../../../tmp/up.json",
    "/etc/absolute.json",
    "C:\\windows.json",
    "a/../../b.json",
    "nul\u0000l",
  ];

  test.each(names)("called %j are read; the name is never a path", async (name) => {
    // No library writes such names, so a harmless one of the same length is patched.
    const harmless = "n".repeat(name.length);
    const zip = (await zipOf({ [harmless]: user("a") })).toString("latin1").replaceAll(harmless, name);
    expect(await emitted(Buffer.from(zip, "latin1"))).toEqual({ ids: ["a"] });
  });

  test.each([
    ["encrypted", { flags: 0x0801 }, "it is encrypted"],
    ["compressed as deflate64", { method: 9 }, "it is compressed by a method that is not supported (9)"],
    ["compressed as zstd", { method: 93 }, "it is compressed by a method that is not supported (93)"],
  ])("that are %s fail by name, after the members before them", async (_, patch, why) => {
    const zip = patchMember(await zipOf({ "a.json": user("a"), "b.json": user("b") }), 1, patch);
    expect(await emitted(zip)).toEqual({
      ids: ["a"],
      error: `b.json in the-file can't be read: ${why}`,
    });
  });

  test("with endless names don't fill the error", async () => {
    const name = "n".repeat(60_000);
    const { error = "" } = await emitted(patchMember(await zipOf({ [name]: "x" }), 0, { flags: 0x0801 }));
    expect(error).toMatch(/it is encrypted$/);
    expect(error.length).toBeLessThan(300);
  });
});

describe("lines", () => {
  const cases: [string, string | Buffer, string][] = [
    ["not valid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "it is not valid UTF-8"],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le"), "it is not JSON"],
    ["half a character at its end", Buffer.from('{"a":"é"}').subarray(0, 7), "it is not valid UTF-8"],
    ["a list", '[{"braze_id":"x"}]', "it is JSON, but not an object"],
    ["a string", '"{}"', "it is JSON, but not an object"],
    ["null", "null", "it is JSON, but not an object"],
    ["two objects", '{"a":1}{"b":2}', "it is not JSON"],
    ["a page for people", "<html>", "it is not JSON"],
    ["nested without end", "[".repeat(200_000), "it is not JSON"],
  ];
  test.each(cases)("that are %s fail with file and line", async (_, line, why) => {
    const content = Buffer.concat([user("a"), "\n", line, "\n", user("b")].map((part) => Buffer.from(part)));
    for (const toRecord of [asItIs, (line: Buffer) => asItIs(line)]) {
      expect(await emitted(gzipSync(content), toRecord)).toEqual({
        ids: ["a"],
        error: `line 3 of the-file can't be read: ${why}`,
      });
    }
  });

  test("that are nested deeper than can be printed anew fail with file and line", async () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(await emitted(gzipSync(deep), (line) => JSON.stringify(parseLine(line).value))).toEqual({
      ids: [],
      error: "line 1 of the-file can't be read: it is nested too deeply",
    });
  });

  test("that are empty, or blank, or end the Windows way are no lines", async () => {
    expect(await emitted(gzipSync(`\n${user("a")}\r\n   \t\n${user("b").trim()}\r\n\n`))).toEqual({
      ids: ["a", "b"],
    });
  });

  test.each([
    ["gzip", (text: string) => gzipSync(text)],
    ["zip", (text: string) => zipOf({ "a.json": text })],
    ["plain", (text: string) => Buffer.from(text)],
  ])("of a %s file may begin with a byte order mark, which is no part of the record", async (_, make) => {
    expect(await emitted(await make(`\ufeff${user("a")}${user("b")}`))).toEqual({ ids: ["a", "b"] });
  });

  test("may hold what only looks strange", async () => {
    const line = '{"braze_id":"a","x":"\\ud800 \\u0000 \u2028 \u{1f600}"}';
    expect(await emitted(gzipSync(`${line}\n`))).toEqual({ ids: ["a"] });
  });
});

const many = (count: number, content: string): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`member-${index}`, content]);
