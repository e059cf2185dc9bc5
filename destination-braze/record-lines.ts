import { isObject } from "@braze-connectors/shared/json";
import { streamKey } from "./routes";

/** Where the data of a RECORD line stands. */
export interface FoundData {
  envelope: Envelope;
  /** The stream's key, as in the routes. */
  stream: string;
  start: number;
  end: number;
}

/** What stands around the data of RECORD lines, the same in line after line but for the time. */
export interface Envelope {
  /** The stream's key, as in the routes. */
  stream: string;
  /** `{"type":"RECORD","record":{"stream":"users","data":` */
  before: Buffer;
  /** What follows the digits of the time, `}}`. */
  after: Buffer;
}

const dataKey = '"data":';
export const timeKey = Buffer.from(',"emitted_at":');
const zero = 0x30;
const nine = 0x39;
/** Envelopes kept in mind: hosts write one a stream. */
const maxEnvelopes = 32;

/**
 * Finds the data of RECORD lines by the envelope that earlier lines had: only the data needs to be parsed
 * then, and its text is at hand. A line that looks otherwise is not found, and is parsed as a whole.
 *
 * That data is what `record.data` of the whole line is holds if what was found is a JSON value of its
 * own: a value ends where it ends, and what follows is known.
 */
export class RecordLines {
  private readonly envelopes: Envelope[] = [];
  private last: Envelope | undefined;

  /**
   * @param bytes with a line between two places
   * @returns a shared object that the next call overwrites
   */
  find(bytes: Buffer, lineStart: number, lineEnd: number): Readonly<FoundData> | undefined {
    const data = this.last && within(this.last, bytes, lineStart, lineEnd);
    if (data) return data;
    for (const envelope of this.envelopes) {
      const other = within(envelope, bytes, lineStart, lineEnd);
      if (!other) continue;
      this.last = envelope;
      return other;
    }
    return undefined;
  }

  /** Takes note of the envelope of a RECORD line that was not found. @param text the line as text */
  learn(text: string): void {
    if (this.envelopes.length >= maxEnvelopes) return;
    const start = text.indexOf(dataKey) + dataKey.length;
    const end = text.lastIndexOf(timeKey.toString());
    const digits = /^\d+/.exec(text.slice(end + timeKey.length))?.[0] ?? "";
    const before = text.slice(0, start);
    const after = text.slice(end + timeKey.length + digits.length);
    if (start < dataKey.length || end < start || digits === "") return;
    const stream = streamOf(`${before}0${timeKey}${digits}${after}`);
    if (stream === undefined) return;
    this.envelopes.push({ stream, before: Buffer.from(before), after: Buffer.from(after) });
  }
}

/** The stream of a record whose data is 0: then the envelope has its data where it seems to. */
function streamOf(line: string): string | undefined {
  try {
    const message: unknown = JSON.parse(line);
    if (!isObject(message) || message.type !== "RECORD" || !isObject(message.record)) return undefined;
    const { stream, namespace, data } = message.record;
    if (typeof stream !== "string" || data !== 0) return undefined;
    return streamKey(stream, typeof namespace === "string" ? namespace : undefined);
  } catch {
    return undefined;
  }
}

/** Hot path: no object for each line. */
const none: Envelope = { stream: "", before: Buffer.alloc(0), after: Buffer.alloc(0) };
const found: FoundData = { envelope: none, stream: "", start: 0, end: 0 };

function within(
  envelope: Envelope,
  bytes: Buffer,
  lineStart: number,
  lineEnd: number,
): FoundData | undefined {
  const { stream, before, after } = envelope;
  const start = lineStart + before.length;
  let end = lineEnd - after.length;
  if (end <= start || !endsWith(bytes, after, lineEnd)) return undefined;
  const time = end;
  while (end > start && isDigit(bytes[end - 1] as number)) end -= 1;
  if (end === time || !endsWith(bytes, timeKey, end)) return undefined;
  end -= timeKey.length;
  if (end <= start || before.compare(bytes, lineStart, start) !== 0) return undefined;
  found.envelope = envelope;
  found.stream = stream;
  found.start = start;
  found.end = end;
  return found;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;

function endsWith(bytes: Buffer, tail: Buffer, end: number): boolean {
  const start = end - tail.length;
  if (start < 0) return false;
  for (let index = 0; index < tail.length; index++) if (bytes[start + index] !== tail[index]) return false;
  return true;
}
