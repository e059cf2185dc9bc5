/** Whatever happens to the bytes of a file: it is noticed, or it made no difference. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { textsOf } from "@braze-connectors/shared/testing/lines";
import fc from "fast-check";
import { zipOf } from "../testing/zip";
import { DamagedFileError } from "./damage";
import { readFileLines } from "./read-file";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "damaged-files-"));
});
afterAll(() => rm(directory, { recursive: true }));

const lines = Array.from({ length: 40 }, (_, id) => `{"braze_id":"${id}","noise":"${Math.sin(id)}"}`);
const halves = [lines.slice(0, 20), lines.slice(20)].map((half) => `${half.join("\n")}\n`) as [
  string,
  string,
];

const firstMemberBytes = gzipSync(halves[0]).length;

async function read(content: Buffer): Promise<string[] | "damaged"> {
  const path = join(directory, "file");
  await writeFile(path, content);
  const found: string[] = [];
  try {
    for await (const batch of readFileLines(path)) found.push(...textsOf(batch));
  } catch (error) {
    if (error instanceof DamagedFileError) return "damaged";
    throw error;
  }
  return found;
}

/** What can happen to bytes. */
const damage = fc.record({
  at: fc.nat(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  how: fc.constantFrom("replace", "insert", "remove", "cut"),
});
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function damaged(content: Buffer, { at: anywhere, bytes, how }: Damage): Buffer {
  const at = anywhere % content.length;
  if (how === "cut") return content.subarray(0, at);
  const kept = how === "insert" ? at : at + bytes.length;
  return Buffer.concat([
    content.subarray(0, at),
    how === "remove" ? Buffer.alloc(0) : bytes,
    content.subarray(kept),
  ]);
}

test.each([
  ["gzip", async () => gzipSync(halves.join(""))],
  ["gzip of two members", async () => Buffer.concat(halves.map((half) => gzipSync(half)))],
  ["zip", () => zipOf({ "a.json": halves[0], "b.json": halves[1] })],
])("%s", async (_, make) => {
  const whole = await make();
  expect(await read(whole)).toEqual(lines);
  await fc.assert(
    fc.asyncProperty(damage, async (what) => {
      // A file cut between two gzip members is whole by itself; a download that short is not accepted.
      fc.pre(what.how !== "cut" || what.at % whole.length !== firstMemberBytes);
      const found = await read(damaged(whole, what));
      if (found !== "damaged") expect(found).toEqual(lines);
    }),
    { numRuns: 300 },
  );
});
