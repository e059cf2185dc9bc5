import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { textsOf } from "@braze-connectors/shared/testing/lines";
import { ZipFile } from "yazl";
import { DamagedFileError } from "./damage";
import { formatOf, readFileLines } from "./read-file";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "read-file-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Lines that hardly compress, so that a part of the file is a part of the lines. */
const lines = Array.from({ length: 5000 }, (_, index) => `{"id":${index},"noise":"${Math.sin(index)}"}`);
const text = `${lines.join("\n")}\n`;

/** So many that they are unpacked in several pieces. */
const manyLines = Array.from(
  { length: 100_000 },
  (_, index) => `{"id":${index},"noise":"${Math.sin(index)}"}`,
);

async function zipOf(members: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) zip.addBuffer(Buffer.from(content), name);
  zip.addEmptyDirectory("folder");
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What was read of a file, and the error that ended it. */
async function read(content: Buffer): Promise<{ lines: string[]; members: string[]; error: unknown }> {
  const path = join(directory, "file");
  await writeFile(path, content);
  const found: string[] = [];
  const members = new Set<string>();
  try {
    for await (const batch of readFileLines(path)) {
      found.push(...textsOf(batch));
      if (batch.member !== undefined) members.add(batch.member);
    }
  } catch (error) {
    return { lines: found, members: [...members], error };
  }
  return { lines: found, members: [...members], error: undefined };
}

describe("gzip", () => {
  test("is read whole", async () => {
    expect(await read(gzipSync(text))).toEqual({ lines, members: [], error: undefined });
  });

  test("may consist of several members", async () => {
    const content = Buffer.concat([gzipSync("a\n"), gzipSync("b\nc")]);
    expect(await read(content)).toMatchObject({ lines: ["a", "b", "c"], error: undefined });
  });

  test("that is truncated gives what is left of it, whole lines only", async () => {
    const whole = gzipSync(text);
    const result = await read(whole.subarray(0, whole.length / 2));
    expect(result.error).toEqual(new DamagedFileError("the file is truncated"));
    expect(result.lines.length).toBeGreaterThan(2000);
    expect(result.lines).toEqual(lines.slice(0, result.lines.length));
  });

  test("that lacks its last byte is truncated", async () => {
    const whole = gzipSync(text);
    const result = await read(whole.subarray(0, whole.length - 1));
    expect(result.error).toEqual(new DamagedFileError("the file is truncated"));
    expect(result.lines).toEqual(lines);
  });

  test("that is corrupt gives what comes before the damage", async () => {
    const content = gzipSync(manyLines.join("\n"));
    const at = Math.floor(content.length * 0.8);
    content.fill((content[at] ?? 0) ^ 0xff, at, at + 2);
    const { error, lines: found } = await read(content);
    expect(error).toBeInstanceOf(DamagedFileError);
    // But not what zlib had ready when it noticed.
    expect(found.slice(0, manyLines.length * 0.4)).toEqual(manyLines.slice(0, manyLines.length * 0.4));
  });

  test("whose checksum is wrong is damaged", async () => {
    const content = gzipSync(text);
    content.writeUInt32LE(1, content.length - 8);
    expect((await read(content)).error).toEqual(
      new DamagedFileError("the gzip data are corrupt (Z_DATA_ERROR)"),
    );
  });
});

describe("zip", () => {
  test("is read member by member, folders left out", async () => {
    const result = await read(await zipOf({ "a.json": "1\n2\n", "b.txt": "3" }));
    expect(result).toEqual({ lines: ["1", "2", "3"], members: ["a.json", "b.txt"], error: undefined });
  });

  test("may have members whose names are no good paths", async () => {
    // yazl makes no such zip, so the name is patched.
    const content = await zipOf({ "aaaaaaaa.json": "1" });
    const good = Buffer.from(content.toString("latin1").replaceAll("aaaaaaaa", "../../aa"), "latin1");
    expect(await read(good)).toEqual({ lines: ["1"], members: ["../../aa.json"], error: undefined });
  });

  test("has no folders with content: that is read, whatever its name", async () => {
    const content = await zipOf({ "a.json": "1\n", "b.json": "2\n" });
    const renamed = Buffer.from(content.toString("latin1").replaceAll("b.json", "bjson/"), "latin1");
    expect(await read(renamed)).toMatchObject({ lines: ["1", "2"], error: undefined });
  });

  test.each([0, 1, 2])("that says that it has only %i of its members is damaged", async (count) => {
    const content = await zipOf({ "a.json": "1\n", "b.json": "2\n" });
    content.writeUInt16LE(count, content.lastIndexOf(Buffer.from("PK\u0005\u0006")) + 10);
    const { error, lines: found } = await read(content);
    expect(found).toEqual(["1", "2"].slice(0, count));
    expect(error).toEqual(new DamagedFileError("it does not say truly how many members it has"));
  });

  test("without members has no lines", async () => {
    expect(await read(await zipOf({}))).toEqual({ lines: [], members: [], error: undefined });
  });

  test("that is truncated is damaged", async () => {
    const whole = await zipOf({ "a.json": text });
    const result = await read(whole.subarray(0, whole.length - 100));
    expect(result.error).toBeInstanceOf(DamagedFileError);
  });

  test("with a corrupt member gives the members before it", async () => {
    const content = await zipOf({ "a.json": "1\n", "b.json": text });
    const at = Math.floor(content.length / 2);
    content.fill((content[at] ?? 0) ^ 0xff, at, at + 4);
    const result = await read(content);
    expect(result.error).toBeInstanceOf(DamagedFileError);
    expect(result.lines[0]).toBe("1");
  });

  test("that is corrupt gives what comes before the damage", async () => {
    const content = await zipOf({ "a.json": manyLines.join("\n") });
    const at = Math.floor(content.length * 0.8);
    content.fill((content[at] ?? 0) ^ 0xff, at, at + 2);
    const { error, lines: found } = await read(content);
    expect(error).toBeInstanceOf(DamagedFileError);
    // But not what zlib had ready when it noticed.
    expect(found.slice(0, manyLines.length * 0.4)).toEqual(manyLines.slice(0, manyLines.length * 0.4));
  });

  test.each([
    [1, lines.length - 1],
    [Buffer.byteLength(text) - 10, 0],
  ])("whose member is %i bytes longer than it says is damaged", async (bytes, most) => {
    const content = await zipOf({ "a.json": text });
    const directory = content.lastIndexOf(Buffer.from("PK\u0001\u0002"));
    // The second one is of the empty folder.
    const entry = content.lastIndexOf(Buffer.from("PK\u0001\u0002"), directory - 1);
    content.writeUInt32LE(Buffer.byteLength(text) - bytes, entry + 24);
    const { error, lines: found } = await read(content);
    expect(error).toEqual(new DamagedFileError("its length is wrong"));
    expect(found.length).toBeLessThanOrEqual(most);
  });

  test("whose member was changed without changing its length is damaged", async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from("a line"), "a.json", { compress: false });
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
    const content = Buffer.concat(chunks);
    content.write("A", content.indexOf("a line"));
    expect((await read(content)).error).toEqual(new DamagedFileError("its checksum is wrong"));
  });
});

test("the format is told by the first bytes, not by the name", () => {
  expect(formatOf(gzipSync("x"))).toBe("gzip");
  expect(formatOf(Buffer.from("PK\u0003\u0004"))).toBe("zip");
  expect(formatOf(Buffer.from('{"a":1}'))).toBe("plain");
  expect(() => formatOf(Buffer.from("<xml"))).toThrow(
    new DamagedFileError("the file is neither gzip nor zip"),
  );
  expect(() => formatOf(Buffer.alloc(0))).toThrow(new DamagedFileError("the file is empty"));
});

test("lines that came decompressed are read as they are", async () => {
  expect(await read(Buffer.from(text))).toMatchObject({ lines, error: undefined });
});
