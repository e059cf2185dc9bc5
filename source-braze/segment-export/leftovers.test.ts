import { chown, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { leftAfterMs, removeLeftovers } from "./leftovers";
import { TemporaryFiles } from "./temporary-files";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "leftovers-"));
});
afterEach(() => rm(parent, { recursive: true }));

async function folder(name: string, ageMs: number): Promise<void> {
  const path = join(parent, name);
  await mkdir(path);
  await writeFile(join(path, "1"), "somebody");
  const at = new Date(Date.now() - ageMs);
  await utimes(path, at, at);
}

const old = leftAfterMs + 60_000;

test("folders of syncs that were killed go, after a while", async () => {
  await folder("source-braze-aB3dE6", old);
  await folder("source-braze-young1", leftAfterMs - 60_000);
  await removeLeftovers(parent, Date.now());
  expect(await readdir(parent)).toEqual(["source-braze-young1"]);
});

test("what may be somebody else's stays", async () => {
  const names = ["source-braze", "source-braze-backup-2024", "other-braze-aB3dE6", "source-braze-aB3dE67"];
  for (const name of names) await folder(name, old);
  await writeFile(join(parent, "source-braze-afile1"), "a file");
  await symlink(join(parent, "source-braze"), join(parent, "source-braze-alink1"));
  const before = await readdir(parent);
  await removeLeftovers(parent, Date.now() + 10 * old);
  expect(await readdir(parent)).toEqual(before);
  expect(await readdir(join(parent, "source-braze"))).toEqual(["1"]);
});

(process.getuid?.() === 0 ? test : test.skip)("what belongs to another user stays", async () => {
  await folder("source-braze-aB3dE6", old);
  await chown(join(parent, "source-braze-aB3dE6"), 12_345, 12_345);
  await removeLeftovers(parent, Date.now() + old);
  expect(await readdir(parent)).toEqual(["source-braze-aB3dE6"]);
});

test("a folder that can't be listed is no reason to fail", async () => {
  await removeLeftovers(join(parent, "nowhere"), Date.now());
});

test("a sync looks for them before its first file", async () => {
  await folder("source-braze-aB3dE6", old);
  const files = new TemporaryFiles(parent);
  const { signal } = new AbortController();
  await files.save(Readable.from([Buffer.from("x")]), 1, signal);
  expect(await readdir(parent)).not.toContain("source-braze-aB3dE6");
  expect(await readdir(parent)).toHaveLength(1);
});
