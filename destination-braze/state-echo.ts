import type { HostState } from "./messages";

/**
 * The host's STATE line with `destinationStats` added inside `state`. The line is spliced, not parsed
 * and printed again: whatever the state holds (numbers beyond 2^53, say) comes back as it was.
 * Counts are printed as doubles, as the protocol asks; that of what other shards count is our own.
 */
export function stateWithStatistics(
  { line }: HostState,
  counts: { accepted: number; rejected: number; left?: number },
): string {
  const { accepted, rejected, left = 0 } = counts;
  const others = left === 0 ? "" : `,"leftToOtherShardsRecordCount":${left}.0`;
  const statistics = `"destinationStats":{"recordCount":${accepted}.0,"rejectedRecordCount":${rejected}.0${others}}`;
  const { start, end } = objectUnder("state", line);
  const isEmpty = /^\s*$/.test(line.slice(start + 1, end));
  // At the end: should the line have statistics of its own, or a null for them, then readers take the last.
  return `${line.slice(0, end)}${isEmpty ? "" : ","}${statistics}${line.slice(end)}`;
}

/** Positions of the braces around the object under a top-level key of a JSON object. */
function objectUnder(key: string, json: string): { start: number; end: number } {
  let depth = 0;
  let start: number | undefined;
  for (let position = 0; position < json.length; position++) {
    const character = json[position];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (start !== undefined && depth === 1) return { start, end: position };
    } else if (character === '"') {
      const end = endOfString(json, position);
      if (start === undefined && depth === 1) start = valueUnder(key, json, position, end);
      position = end;
    }
  }
  throw new Error(`The JSON text has no object under the top-level key "${key}"`);
}

/** Where the value starts, if the string from `start` to `end` is this key. */
function valueUnder(key: string, json: string, start: number, end: number): number | undefined {
  const colon = /\s*:\s*/y;
  colon.lastIndex = end + 1;
  if (JSON.parse(json.slice(start, end + 1)) !== key || !colon.test(json)) return undefined;
  return colon.lastIndex;
}

function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}
