import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(__dirname, "..");
let folder: string;
let spec: string;

/** The generator works on the folder it is in: each test gets a copy of spec/. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "generate-test-"));
  spec = join(folder, "spec");
  await cp(__dirname, spec, { recursive: true });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
});
afterEach(() => rm(folder, { recursive: true }));

function generate(...args: string[]): Promise<{ exitCode: number; stderr: string }> {
  const tsx = join(repository, "node_modules/tsx/dist/cli.mjs");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsx, join(spec, "generate.ts"), ...args], (error, _, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stderr }),
    );
  });
}

async function snapshot(): Promise<Record<string, string>> {
  const files = await readdir(join(spec, "generated"), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")])),
  );
}

const replaceIn = async (path: string, from: string, to: string): Promise<void> => {
  const content = await readFile(join(spec, path), "utf8");
  expect(content).toContain(from);
  await writeFile(join(spec, path), content.replace(from, to));
};

test("what is committed is what the schemas give, and generating again changes nothing", async () => {
  expect(await generate("--check")).toEqual({ exitCode: 0, stderr: "" });
  const before = await snapshot();
  expect(Object.keys(before).length).toBeGreaterThan(20);
  expect(await generate()).toEqual({ exitCode: 0, stderr: "" });
  expect(await snapshot()).toEqual(before);
});

test("--check names what is stale, and changes nothing", async () => {
  await replaceIn("storage-s3.json", '"Bucket name"', '"Name of the bucket"');
  await replaceIn("generated/braze/event.ts", "type Event", "type Occurrence");
  await writeFile(join(spec, "generated/left-over.ts"), "");
  await rm(join(spec, "generated/braze/user_alias.ts"));
  const before = await snapshot();
  const { exitCode, stderr } = await generate("--check");
  expect(exitCode).toBe(1);
  for (const name of [
    "source-braze.schema.json",
    "destination-braze.schema.json",
    "braze/event.ts",
    "left-over.ts",
    "braze/user_alias.ts",
  ]) {
    expect(stderr).toContain(name);
  }
  expect(stderr).not.toContain("protocol");
  expect(stderr).toContain("run npm run generate and commit");
  expect(await snapshot()).toEqual(before);
});
