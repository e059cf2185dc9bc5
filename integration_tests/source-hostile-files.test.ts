/** source-braze reads export files that are damaged, strange or made to harm, from its executable's point of view. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { overlapping, patchMember, zipOf } from "../source-braze/testing/zip";
import { type Finished, start } from "./harness";
import { watchPeakMemory } from "./process-usage";
import type { ExportOptions } from "./sandbox";
import { addSegment, brazeIds, expectClean, SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

type Way = "S3" | "link";
const ways: Way[] = ["S3", "link"];

/** Reads an export whose file is what `transformFile` says, one user a file. */
async function readFiles(
  way: Way,
  exports: ExportOptions,
  users = 1,
): Promise<{ finished: Finished; peakMegabytes: number }> {
  const workspace = (way === "S3" ? world.withStorage : world.withLink).call(world, {
    usersPerFile: 1,
    ...exports,
  });
  const segments = [addSegment(workspace, users)];
  const config =
    way === "S3" ? world.storageConfig(workspace, segments) : world.linkConfig(workspace, segments);
  const running = await start("source-braze", "read", world.readOptions(config));
  const watch = watchPeakMemory(running.process.pid);
  const finished = await running.finished;
  expectClean(finished, config);
  return { finished, peakMegabytes: watch.stop() };
}

const readFile = (way: Way, content: Buffer) => readFiles(way, { transformFile: () => content });

function expectDamage(finished: Finished, message: RegExp): void {
  expect(finished.exitCode).toBe(1);
  expect(finished.errors).toEqual([
    expect.objectContaining({ failure_type: "system_error", message: expect.stringMatching(message) }),
  ]);
  expect(finished.statuses("segment_users").at(-1)).toBe("INCOMPLETE");
  expect(finished.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: false });
}

const user = (id: string): string => `{"braze_id":"${id}"}\n`;
const mebibyte = 1024 ** 2;

describe("a bomb ends as an error, and fills neither memory nor disk:", () => {
  const blank = Buffer.alloc(mebibyte, " ").fill("\n", mebibyte - 1);

  test("a gzip of a gibibyte", async () => {
    const bomb = Buffer.concat(Array<Buffer>(1024).fill(gzipSync(blank, { level: 9 })));
    const { finished, peakMegabytes } = await readFile("S3", bomb);
    expectDamage(
      finished,
      /s3:.*\.gz can't be read beyond line \d+: it unpacks to more than 500 times its size/,
    );
    expect(peakMegabytes).toBeLessThan(300);
  });

  test.each(ways)("a zip whose 1,000 members are the same 10 megabytes, through %s", async (way) => {
    const content = Buffer.concat(Array<Buffer>(10).fill(blank));
    const { finished, peakMegabytes } = await readFile(
      way,
      overlapping(await zipOf({ "a.json": content }), 1000),
    );
    expectDamage(finished, /a\.json in .* can't be read.*: it unpacks to more than 500 times its size/);
    expect(peakMegabytes).toBeLessThan(300);
  });
});

describe("a line", () => {
  const bigUser = (bytes: number) => `{"braze_id":"big","custom_attributes":{"x":"${"x".repeat(bytes)}"}}\n`;

  test.each(ways)("of 50 MB is read, through %s", async (way) => {
    const bytes = 50_000_000;
    const text = user("a") + bigUser(bytes) + user("b");
    const content = way === "S3" ? gzipSync(text) : await zipOf({ "a.json": text });
    const { finished, peakMegabytes } = await readFile(way, content);
    expect(finished.errors).toEqual([]);
    expect(brazeIds(finished.records())).toEqual(["a", "big", "b"]);
    expect(finished.records()[1]?.data.custom_attributes).toEqual({ x: "x".repeat(bytes) });

    expect(peakMegabytes).toBeLessThan(500);
  });

  test("beyond 64 MiB is an error with file and line", async () => {
    // It must not pack so well that it counts as a bomb.
    const noise = randomBytes(35 * mebibyte).toString("hex");
    const content = gzipSync(`${user("a")}{"x":"${noise}"}\n`, { level: 1 });
    const { finished, peakMegabytes } = await readFile("S3", content);
    expectDamage(finished, /\.gz can't be read beyond line 1: line 2 is longer than 64 MiB/);
    expect(brazeIds(finished.records())).toEqual(["a"]);
    expect(peakMegabytes).toBeLessThan(400);
  });

  test("that is not valid UTF-8 is an error with file and line: nothing is replaced without a word", async () => {
    const line = Buffer.from('{"braze_id":"b","first_name":"Zo\xeb"}\n', "latin1");
    const content = gzipSync(Buffer.concat([Buffer.from(user("a")), line, Buffer.from(user("c"))]));
    const { finished } = await readFile("S3", content);
    expectDamage(finished, /line 2 of s3:.*\.gz can't be read: it is not valid UTF-8/);
    expect(brazeIds(finished.records())).toEqual(["a"]);
    expect(finished.stdout).not.toContain("\ufffd");
  });

  test("that is JSON, but not an object, is an error with file and line", async () => {
    const { finished } = await readFile("S3", gzipSync(`${user("a")}\n["b"]\n`));
    expectDamage(finished, /line 3 of .*: it is JSON, but not an object/);
  });
});

test("empty lines, byte order marks and files without users are fine", async () => {
  const files = [
    gzipSync(`\ufeff${user("a")}\r\n\n${user("b")}   \n`),
    gzipSync(""),
    await zipOf({ "empty.json": "", "c.json": `\ufeff${user("c")}` }),
    Buffer.from(`\ufeff${user("d")}`),
  ];
  const { finished } = await readFiles("S3", { transformFile: (_, index) => files[index] ?? null }, 4);
  expect(finished.errors).toEqual([]);
  expect(brazeIds(finished.records()).sort()).toEqual(["a", "b", "c", "d"]);
  expect(finished.stdout).not.toContain("\ufeff");
});

test("a file of no bytes is an error: a file that was lost must not look like one without users", async () => {
  const { finished } = await readFile("S3", Buffer.alloc(0));
  expectDamage(finished, /s3:.*\.gz can't be read: the file is empty/);
});

test("a gzip with garbage behind its end is an error, for it may have been users", async () => {
  const { finished } = await readFile("S3", Buffer.concat([gzipSync(user("a")), Buffer.from("garbage")]));
  expectDamage(finished, /the gzip data are corrupt/);
});

describe("the members of a zip", () => {
  test("are never files, whatever they are called", async () => {
    const absolute = join(world.temporary, "absolute.json");
    const names = [absolute, "../up.json", "../../../../../../../../../../tmp/far-up.json"];
    let zip = (
      await zipOf(Object.fromEntries(names.map((name, index) => [harmless(name), user(`u${index}`)])))
    )
      // No library writes such names, so harmless ones of the same length are patched.
      .toString("latin1");
    for (const name of names) zip = zip.replaceAll(harmless(name), name);
    const { finished } = await readFile("link", Buffer.from(zip, "latin1"));
    expect(finished.errors).toEqual([]);
    expect(brazeIds(finished.records())).toEqual(["u0", "u1", "u2"]);
    expect(names.map((name) => existsSync(join(world.temporary, "source-braze-x", name)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(existsSync(absolute)).toBe(false);
    expect(existsSync("/tmp/far-up.json")).toBe(false);
  });

  test.each([
    ["encrypted", { flags: 0x0801 }, /b\.json in the download can't be read: it is encrypted/],
    ["compressed in a rare way", { method: 93 }, /b\.json in .*: it is compressed by a method .*\(93\)/],
  ])("that are %s are an error that names them", async (_, patch, message) => {
    const zip = patchMember(await zipOf({ "a.json": user("a"), "b.json": user("b") }), 1, patch);
    const { finished } = await readFile("link", zip);
    expectDamage(finished, message);
    expect(brazeIds(finished.records())).toEqual(["a"]);
  });
});

/** A name of the same length that no other name holds. */
const harmless = (name: string): string =>
  `${"n".repeat(name.length - 3)}${String(name.length).padStart(3, "0")}`;
