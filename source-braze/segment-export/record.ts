import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { membersOf } from "@braze-connectors/shared/json-members";
import { ownColumns } from "./fields";
import type { JsonLine } from "./json-line";
import type { RecordShape } from "./shape";

/** What every record of an export says beside what Braze exported. */
export interface ExportFacts {
  /** undefined for the control group, whose records have no segment columns. */
  segmentId: string | undefined;
  /** undefined when Braze did not tell. */
  segmentName: string | undefined;
  /** When the export was requested, ISO 8601. */
  exportedAt: string;
}

/** Makes the JSON texts of records. */
export interface RecordMaker {
  /** What the record of every user begins with: an object that is not closed. undefined with a mapping. */
  front: string | undefined;
  /** The record of an exported user. */
  ofUser(line: JsonLine): string;
  /** The record of a user who is not in the export any more. */
  ofLeaver(brazeId: string): string;
}

/**
 * Makes records of what an export says. Without a mapping a line is nearly always passed on as it is, with
 * our columns put in front: nothing is printed again, so numbers keep all their digits. Only a line with
 * columns that were not asked for is taken apart.
 */
export function recordMaker(facts: ExportFacts, shape: RecordShape): RecordMaker {
  const values: Record<(typeof ownColumns)[number], string | null | undefined> = {
    segment_id: facts.segmentId,
    segment_name: facts.segmentId && (facts.segmentName ?? null),
    exported_at: facts.exportedAt,
    left_segment_at: undefined,
  };
  const own: JsonObject = {};
  for (const column of ownColumns) {
    const value = values[column];
    if (value !== undefined && shape.hasOwn(column)) own[column] = value;
  }
  const print = (record: JsonObject): string => JSON.stringify(shape.map ? shape.map(record) : record);
  const front = JSON.stringify(own).slice(0, -1);
  return {
    front: shape.map ? undefined : front,
    ofUser: shape.map
      ? ({ value }) => print(Object.fromEntries(membersPassedOn(own, value, shape)))
      : passingOn(front, shape),
    ofLeaver: (brazeId) => print({ ...own, braze_id: brazeId, left_segment_at: facts.exportedAt }),
  };
}

function* membersPassedOn(
  own: JsonObject,
  user: JsonObject,
  { passesOn }: RecordShape,
): Generator<[string, Json]> {
  yield* Object.entries(own);
  for (const entry of Object.entries(user)) if (passesOn(entry[0])) yield entry;
}

function passingOn(front: string, { passesOn }: RecordShape): RecordMaker["ofUser"] {
  const start = front === "{" ? front : `${front},`;
  return ({ text, keys }) => {
    if (keys.length === 0) return `${front}}`;
    if (keys.every(passesOn)) return `${start}${text.slice(1)}`;
    const members: string[] = [];
    for (const { key, valueText } of membersOf(text)) {
      if (passesOn(key)) members.push(`${JSON.stringify(key)}:${valueText}`);
    }
    return members.length === 0 ? `${front}}` : `${start}${members.join(",")}}`;
  };
}
