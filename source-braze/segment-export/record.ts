import { ownColumns, primaryKey } from "./fields";
import { membersOf, parseLine } from "./json-line";

/** What every record of an export says beside what Braze exported. */
export interface ExportFacts {
  /** undefined for the control group, whose records have no segment columns. */
  segmentId: string | undefined;
  /** undefined when Braze did not tell. */
  segmentName: string | undefined;
  /** When the export was requested, ISO 8601. */
  exportedAt: string;
}

/**
 * Makes the function that turns a line of an export into the JSON text of a record. A line is nearly
 * always passed on as it is, with our columns put in front: nothing is printed again, so numbers keep all
 * their digits. Only a line with columns that were not asked for is taken apart.
 *
 * @param columns the selected columns; undefined for all
 * @returns a function that throws NotAnObjectError for a line that is no JSON object
 */
export function recordMaker(
  facts: ExportFacts,
  columns: readonly string[] | undefined,
): (line: Buffer) => string {
  const selected = columns === undefined ? undefined : new Set([...columns, ...primaryKey]);
  const own: ReadonlySet<string> = new Set(ownColumns);
  const isPassedOn = (key: string): boolean => !own.has(key) && (selected?.has(key) ?? true);
  const values = {
    segment_id: facts.segmentId,
    segment_name: facts.segmentId && (facts.segmentName ?? null),
    exported_at: facts.exportedAt,
  };
  const front = ownColumns
    .filter((column) => values[column] !== undefined && (selected?.has(column) ?? true))
    .map((column) => `${JSON.stringify(column)}:${JSON.stringify(values[column])}`)
    .join(",");

  return (line) => {
    const { text, keys } = parseLine(line);
    if (keys.length === 0) return `{${front}}`;
    if (keys.every(isPassedOn)) return `{${front},${text.slice(1)}`;
    let record = `{${front}`;
    for (const { key, valueText } of membersOf(text)) {
      if (isPassedOn(key)) record += `,${JSON.stringify(key)}:${valueText}`;
    }
    return `${record}}`;
  };
}
