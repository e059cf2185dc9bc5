import { parseArgs } from "node:util";

export interface Options {
  /** Benchmarks to run; none means all. */
  names: string[];
  quick: boolean;
  rounds: number;
  markdown: boolean;
  /** Where the results go as JSON. */
  json: string;
}

export const usage = `npm run bench [-- [NAME …] [--quick] [--rounds N] [--markdown] [--json FILE]]

  NAME …      only these benchmarks
  --quick     small sizes and one round: shows that everything works, the figures mean little
  --rounds N  how often each is measured (5)
  --markdown  print the table as Markdown
  --json FILE where the results go as JSON (integration_tests/bench/results/latest.json)`;

const defaultRounds = 5;

/** @throws Error with a sentence for the user */
export function parseOptions(
  args: readonly string[],
  known: readonly string[],
  defaultJson: string,
): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      markdown: { type: "boolean", default: false },
      json: { type: "string", default: defaultJson },
    },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no benchmark ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : defaultRounds));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1.");
  return { names: positionals, quick: values.quick, rounds, markdown: values.markdown, json: values.json };
}
