import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { benchmarks } from "../bench/benchmarks";

const root = join(__dirname, "..", "..");

test(
  "every benchmark runs, with small sizes, and its results are numbers",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "bench-test-"));
    const json = join(folder, "results.json");
    const args = ["run", "--silent", "bench", "--", "--quick", "--markdown", "--json", json];
    const { stdout } = await promisify(execFile)("npm", args, { cwd: root });
    const { results } = JSON.parse(await readFile(json, "utf8")) as {
      results: { name: string; rows: { value: { median: number } }[] }[];
    };
    await rm(folder, { recursive: true });

    expect(results.map(({ name }) => name)).toEqual(benchmarks.map(({ name }) => name));
    for (const { name, rows } of results) {
      expect(stdout).toContain(`| ${name} |`);
      expect(rows.length).toBeGreaterThan(0);
      for (const { value } of rows) expect(Number.isFinite(value.median)).toBe(true);
    }
  },
  10 * 60_000,
);
