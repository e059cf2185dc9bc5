import type { Row, Unit } from "./benchmark";
import type { Spread } from "./measure/spread";

/** What a benchmark found. */
export interface Result {
  name: string;
  rows: Row[];
}

const header = ["benchmark", "what", "median", "min – max", "against", "ratio", "goal", "reached"];

/** Results as the cells of a table. */
export function cellsOf(results: readonly Result[]): string[][] {
  const lines = results.flatMap(({ name, rows }) => rows.map((row) => lineOf(name, row)));
  return [header, ...lines];
}

function lineOf(name: string, { what, value, unit, ratio, goal, reached }: Row): string[] {
  const format = formats[unit];
  const single = value.min === value.max;
  return [
    name,
    what,
    `${format(value.median)} ${unit}`.trim(),
    single ? "" : `${format(value.min)} – ${format(value.max)}`,
    ratio?.to ?? "",
    ratio ? ratioText(ratio.value) : "",
    goal,
    reached === undefined ? "" : reached ? "yes" : "NO",
  ];
}

function ratioText({ median, min, max }: Spread): string {
  const spread = min === max ? "" : ` (${min.toFixed(2)} – ${max.toFixed(2)})`;
  return `${median.toFixed(2)} ×${spread}`;
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const formats: Record<Unit, (value: number) => string> = {
  "records/s": whole,
  s: (value) => value.toFixed(3),
  MB: whole,
  "µs/record": (value) => value.toFixed(1),
  "bytes/profile": whole,
  "%": (value) => value.toFixed(1),
  "": whole,
};

/** For a terminal. */
export function plainTable(cells: readonly string[][]): string {
  const widths = header.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? "").length)));
  const padded = cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map((line) => line.join("  ").trimEnd()).join("\n");
}

/** For documentation. */
export function markdownTable([head = [], ...lines]: readonly string[][]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), `|${"---|".repeat(head.length)}`, ...lines.map(row)].join("\n");
}
