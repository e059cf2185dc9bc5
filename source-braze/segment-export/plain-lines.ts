import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { JsonScan } from "./json-scan";

/** Takes a line of an export and emits what it becomes. Await what is returned, if anything. */
export type TakeLine = (line: Buffer) => Promise<void> | undefined;

/**
 * The fast path of an export that is passed on as it is: a line goes from the file to the output as the bytes
 * that Braze wrote, behind our columns, without the members that were not asked for.
 * @param front what every record begins with, as JSON text: an object that is not closed yet
 * @param passesOn whether a member of an exported object is passed on, by its key
 * @param otherwise takes the lines that are not as Braze writes them: damaged, say, or without any member
 */
export function plainLines(
  front: string,
  passesOn: (key: string) => boolean,
  emitter: StreamEmitter,
  otherwise: TakeLine,
): TakeLine {
  const scan = new JsonScan(passesOn);
  const emit = emitter.recordsBehind(front === "{" ? front : `${front},`);
  return (line) => {
    if (!scan.scan(line) || scan.starts.length === 0) return otherwise(line);
    return emit(scan.isWhole ? line.subarray(scan.starts[0], scan.end) : membersPassedOn(line, scan));
  };
}

const comma = Buffer.from(",");
const closingBrace = Buffer.from("}");

function membersPassedOn(line: Buffer, { starts, ends }: JsonScan): Buffer {
  const pieces = starts.flatMap((start, index) => [comma, line.subarray(start, ends[index])]);
  return Buffer.concat([...pieces.slice(1), closingBrace]);
}
