import type { ReportDocument } from "./document";

/** The report as JSON that a person can read: a line for each thing, and for each sample. */
export function printed({ series, ...report }: ReportDocument): string {
  const rest = JSON.stringify(report, null, 2).slice(0, -2);
  const samples = series.map((sample) => `    ${JSON.stringify(sample)}`).join(",\n");
  return `${rest},\n  "series": [${samples === "" ? "" : `\n${samples}\n  `}]\n}\n`;
}
