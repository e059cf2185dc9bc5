/**
 * Compiles the AssemblyScript in assembly/ to WebAssembly, and puts it into generated/ as text, so that whoever
 * builds or runs the connectors needs no compiler. `--check` writes nothing and fails when what is there is stale.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const folder = __dirname;
/** Source → exported name. */
const modules = { "export-lines": "exportLines", "flat-record": "flatRecord" };
const banner = "// Generated from shared/wasm/assembly by `npm run generate`. Do not edit.\n";
const options = ["--optimizeLevel", "3", "--converge", "--noAssert", "--runtime", "stub", "--use", "abort="];
const features = ["--enable", "simd", "--enable", "bulk-memory"];
const lineCharacters = 100;

async function compile(name: string, target: string): Promise<Buffer> {
  const compiler = require.resolve("assemblyscript/bin/asc.js");
  const source = join(folder, "assembly", `${name}.ts`);
  await promisify(execFile)(process.execPath, [
    compiler,
    source,
    "--outFile",
    target,
    ...options,
    ...features,
  ]);
  return readFile(target);
}

async function generated(name: string, exported: string): Promise<string> {
  const temporary = await mkdtemp(join(tmpdir(), "wasm-"));
  const binary = await compile(name, join(temporary, "module.wasm")).finally(() =>
    rm(temporary, { recursive: true }),
  );
  const text = binary.toString("base64");
  const lines = text.match(new RegExp(`.{1,${lineCharacters}}`, "g")) ?? [];
  return `${banner}export const ${exported} =\n${lines.map((line) => `  "${line}"`).join(" +\n")};\n`;
}

async function main(): Promise<void> {
  for (const [name, exported] of Object.entries(modules)) {
    const path = join(folder, "generated", `${name}.ts`);
    const content = await generated(name, exported);
    if (!process.argv.includes("--check")) {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, content);
    } else if ((await readFile(path, "utf8").catch(() => "")) !== content) {
      process.stderr.write(`shared/wasm/generated/${name}.ts is stale: run npm run generate and commit.\n`);
      process.exitCode = 1;
    }
  }
}

void main();
