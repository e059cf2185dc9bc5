/** `npm run bench`: how fast the connectors are, against yardsticks measured at the same time. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { benchmarks } from "./benchmarks";
import { Lab } from "./lab";
import { machineLine, thisMachine } from "./machine";
import { type Options, parseOptions, usage } from "./options";
import { cellsOf, markdownTable, plainTable, type Result } from "./table";

const defaultJson = join(__dirname, "results", "latest.json");
const usageExitCode = 2;

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  if (!options) return;
  const machine = thisMachine();
  const lab = await Lab.open(options);
  const results: Result[] = [];
  try {
    for (const { name, run } of benchmarks) {
      if (options.names.length > 0 && !options.names.includes(name)) continue;
      process.stderr.write(`${name} …\n`);
      results.push({ name, rows: await run(lab) });
    }
  } finally {
    await lab.close();
  }
  const cells = cellsOf(results);
  process.stdout.write(`${machineLine(machine)}\n\n`);
  process.stdout.write(`${options.markdown ? markdownTable(cells) : plainTable(cells)}\n`);
  await mkdir(dirname(options.json), { recursive: true });
  const { quick, rounds } = options;
  const content = { version: 1, measured_at: new Date(), quick, rounds, machine, results };
  await writeFile(options.json, `${JSON.stringify(content, null, 2)}\n`);
}

function optionsOf(args: readonly string[]): Options | undefined {
  if (args.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  try {
    const names = benchmarks.map(({ name }) => name);
    return parseOptions(args, names, defaultJson);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    process.exitCode = usageExitCode;
    return undefined;
  }
}

void main(process.argv.slice(2));
