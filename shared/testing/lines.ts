import type { LineSpans } from "../airbyte/lines";

/** The lines, each by itself. */
export const textsOf = ({ bytes, starts, ends }: LineSpans): string[] =>
  starts.map((start, index) => bytes.toString("utf8", start, ends[index]));

/** Lines as they lie in a piece of a file. */
export function spansOf(lines: readonly Buffer[]): LineSpans {
  const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  const ends: number[] = [];
  for (const line of lines) ends.push((ends.at(-1) ?? -1) + 1 + line.length);
  const starts = ends.map((end, index) => end - (lines[index]?.length ?? 0));
  return { bytes, starts, ends, firstNumber: 1 };
}
