import { isUtf8 } from "node:buffer";
import { systemError } from "@braze-connectors/shared/airbyte/errors";
import { isBlank } from "@braze-connectors/shared/airbyte/lines";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import type { FlatRecords } from "./flat/flat-records";
import { RecordLines } from "./record-lines";
import { streamKey } from "./routes";

/** Longest line that a host may send. */
export const maxLineBytes = 64 << 20;

/** A STATE of the host's, with its line as it came. */
export interface HostState {
  line: string;
  /** The stream that it is about; undefined for a global or legacy state, which is about all. */
  stream: string | undefined;
}

/** What the destination makes of one line of input. */
export type HostMessage =
  | RecordMessage
  /** A record that was read without being parsed; what was read is overwritten by the next one. */
  | { kind: "flat record"; flat: FlatRecords }
  | { kind: "state"; state: HostState }
  /** Something that a source says to people; in a pipe without a host nobody else would pass it on. */
  | { kind: "to people"; line: string; isError: boolean }
  /** The source's word on how far it is with a stream: STARTED, RUNNING, COMPLETE or INCOMPLETE. */
  | { kind: "status"; stream: string; status: string }
  | { kind: "other" };

export interface RecordMessage {
  kind: "record";
  stream: string;
  data: JsonObject;
  /** The data as it came. */
  json?: RecordJson;
  /** Where it stands, until the next line is read. */
  read?: { bytes: Buffer; start: number };
  /** Its whole line, where it is not known which part of it is the data. */
  line?: string;
  /** Why it can't become anything, as a sentence. */
  problem?: string;
  /** Length of the line. */
  sizeBytes: number;
}

export interface RecordJson {
  text: string;
  /** Length of the text in UTF-8. */
  sizeBytes: number;
}

const other: HostMessage = { kind: "other" };

/** Reads the host's lines. */
export class Messages {
  private readonly recordLines = new RecordLines();
  /** Whose record was read last: most often the next one is of the same stream. */
  private lastFlat: FlatRecords | undefined;

  /** @param flatRecords by stream, of streams whose records may be read without being parsed */
  constructor(private readonly flatRecords: ReadonlyMap<string, FlatRecords> = new Map()) {}

  /**
   * The message in a line; undefined for a blank one.
   * @param bytes with the line between two places
   * @param number of the line, counted from one
   * @throws system_error naming the line for what is not a message
   */
  parse(bytes: Buffer, start: number, end: number, number: number): HostMessage | undefined {
    if (this.lastFlat?.readLine(bytes, start, end)) return this.lastFlat.message;
    const record = this.record(bytes, start, end);
    if (record) return record;
    const line = bytes.subarray(start, end);
    return isBlank(line) ? undefined : this.parseWhole(line, number);
  }

  /** A record whose line looks like those before it. */
  private record(bytes: Buffer, lineStart: number, lineEnd: number): HostMessage | undefined {
    const found = this.recordLines.find(bytes, lineStart, lineEnd);
    if (!found) return undefined;
    const { envelope, stream, start, end } = found;
    const flat = this.flatRecords.get(stream);
    if (flat?.read(bytes, start, end, lineEnd - lineStart)) {
      flat.expect(envelope);
      this.lastFlat = flat;
      return flat.message;
    }
    // What is wrong with it is said about the whole line.
    if (!isUtf8(bytes.subarray(lineStart, lineEnd))) return undefined;
    const text = bytes.toString("utf8", start, end);
    const data = parsedObject(text);
    if (!data) return undefined;
    flat?.learn(data);
    const json = { text, sizeBytes: end - start };
    return { kind: "record", stream, data, json, read: { bytes, start }, sizeBytes: lineEnd - lineStart };
  }

  private parseWhole(line: Buffer, number: number): HostMessage {
    const message = parseMessage(line, number);
    if (message.kind === "record") this.recordLines.learn(line.toString());
    return message;
  }
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Unknown types and unknown fields are tolerated; what is not an Airbyte message at all is not. */
export function parseMessage(line: Buffer, lineNumber: number): HostMessage {
  // Decoding replaces invalid bytes without a word: two texts could become one.
  const isText = isUtf8(line);
  const text = line.toString("utf8");
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw notAMessage(lineNumber, "it is not JSON");
  }
  if (!isObject(message) || typeof message.type !== "string")
    throw notAMessage(lineNumber, 'it has no "type"');
  switch (message.type) {
    case "RECORD":
      return recordOf(message.record, lineNumber, line.length, isText ? text : undefined);
    case "STATE":
      if (!isText) throw notAMessage(lineNumber, "it is not valid UTF-8");
      return stateOf(message.state, lineNumber, text);
    case "LOG":
      return { kind: "to people", line: text, isError: false };
    case "TRACE":
      return traceOf(message.trace, text);
    default:
      return other;
  }
}

/** @param line the whole line, if it is valid UTF-8 */
function recordOf(
  record: unknown,
  lineNumber: number,
  sizeBytes: number,
  line: string | undefined,
): HostMessage {
  if (!isObject(record) || typeof record.stream !== "string") {
    throw notAMessage(lineNumber, 'its "record" lacks "stream"');
  }
  const namespace = typeof record.namespace === "string" ? record.namespace : undefined;
  const stream = streamKey(record.stream, namespace);
  const { data = null } = record;
  if (isObject(data)) {
    return line === undefined
      ? { kind: "record", stream, data, sizeBytes, problem: "The record is not valid UTF-8." }
      : { kind: "record", stream, data, sizeBytes, line };
  }
  const text = JSON.stringify(data);
  const json = { text, sizeBytes: Buffer.byteLength(text) };
  return {
    kind: "record",
    stream,
    data: {},
    json,
    sizeBytes,
    problem: "The record's data is not an object.",
  };
}

function traceOf(trace: unknown, line: string): HostMessage {
  if (!isObject(trace)) return other;
  if (trace.type === "ERROR") return { kind: "to people", line, isError: true };
  const { stream_status: told } = trace;
  if (trace.type !== "STREAM_STATUS" || !isObject(told) || typeof told.status !== "string") return other;
  const stream = describedStream(told.stream_descriptor);
  return stream === undefined ? other : { kind: "status", stream, status: told.status };
}

function stateOf(state: unknown, lineNumber: number, line: string): HostMessage {
  if (!isObject(state)) throw notAMessage(lineNumber, 'it has no "state"');
  const stream = describedStream(isObject(state.stream) ? state.stream.stream_descriptor : undefined);
  return { kind: "state", state: { line, stream } };
}

/** The stream that a descriptor names, if it names one. */
function describedStream(descriptor: unknown): string | undefined {
  if (!isObject(descriptor) || typeof descriptor.name !== "string") return undefined;
  const namespace = typeof descriptor.namespace === "string" ? descriptor.namespace : undefined;
  return streamKey(descriptor.name, namespace);
}

const notAMessage = (lineNumber: number, why: string): Error =>
  systemError(`Line ${lineNumber} of the input is not an Airbyte message: ${why}.`, { help: "bad-input" });

/** The error for a line that is longer than a host may send. */
export const lineTooLong = (lineNumber: number): Error =>
  systemError(`Line ${lineNumber} of the input is longer than ${maxLineBytes >> 20} MiB.`, {
    help: "bad-input",
  });
