import { isDeepStrictEqual } from "node:util";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Beginnings } from "./beginnings";
import { spanEndMark, spanMark, spanNextMark } from "./journal-file";
import { type Fingerprint, isSame } from "./spans";

/** The records of the stream behind a state of it, up to the next. */
interface Span {
  first: Fingerprint;
  /** Whether the run begins with it. */
  isFirst: boolean;
  /** Whether its first record has come at another time in this run. */
  isRepeated: boolean;
  /** Whether an earlier run has received it, too, and could tell it by its first record. */
  isSentAgain: boolean;
}

/** One that a state has closed. */
interface ClosedSpan extends Span {
  endEpoch: number;
}

/** So many spans are remembered by their first record. */
const mostRemembered = 4096;

/** The spans that are received in this run: what to tell by, should nobody know whether their states left. */
export class ReceivedSpans {
  /** The span that is being received. */
  private current: Span | undefined;
  /** Its first record. */
  private firstData: JsonObject | undefined;
  /** Spans whose states have not left. */
  private closed: ClosedSpan[] = [];
  /** First records of spans of this run. */
  private readonly firsts = new Set<string>();
  /** The record that the run began with. */
  beginning: Fingerprint | undefined;

  /** Whether the next record begins a span. */
  get awaitRecord(): boolean {
    return this.current === undefined;
  }

  /** @returns the fingerprint of a record that begins a span */
  received(data: JsonObject): Fingerprint | undefined {
    if (this.current) {
      if (!this.current.isRepeated && this.firstData)
        this.current.isRepeated = haveSameValues(this.firstData, data);
      return undefined;
    }
    const first = fingerprintOfRecord(data);
    const isFirst = this.beginning === undefined;
    this.current = { first, isFirst, isRepeated: this.hasCome(first), isSentAgain: false };
    this.firstData = data;
    this.beginning ??= first;
    return first;
  }

  /** The span that is being received was recognised by its first record. */
  markSentAgain(): void {
    if (this.current) this.current.isSentAgain = true;
  }

  close(epoch: number): void {
    if (this.current) this.closed.push({ ...this.current, endEpoch: epoch });
    this.current = undefined;
    this.firstData = undefined;
  }

  /**
   * Entries that tell of the spans whose states, up to the end of an epoch, are about to leave. A span can be
   * told by its first record if no other is known to begin in the same way; of one that a run begins with
   * that takes knowing how another run began, for the source may always begin so.
   */
  leaving(epoch: number, earlier: Pick<Beginnings, "has" | "isEmpty">): number[] {
    const leaving = this.closed.filter(({ endEpoch }) => endEpoch <= epoch);
    if (leaving.length === 0) return [];
    this.closed = this.closed.filter(({ endEpoch }) => endEpoch > epoch);
    const next = this.closed[0]?.first ?? this.current?.first;
    const isTelling = ({ first, isFirst, isRepeated, isSentAgain }: Span): boolean =>
      !isRepeated && (isSentAgain || (!earlier.has(first) && !(isFirst && earlier.isEmpty)));
    return [
      ...leaving.flatMap((span) => [
        ...[spanMark, span.first.lo, span.first.hi],
        ...[spanEndMark, span.endEpoch, isTelling(span) ? 1 : 0],
      ]),
      ...(next ? [spanNextMark, next.lo, next.hi] : []),
    ];
  }

  /** Whether a span of this run has begun with the record; then that one can't be told by it, either. */
  private hasCome(first: Fingerprint): boolean {
    const key = `${first.lo} ${first.hi}`;
    if (this.firsts.has(key)) {
      for (const span of this.closed) if (isSame(span.first, first)) span.isRepeated = true;
      return true;
    }
    this.firsts.add(key);
    if (this.firsts.size > mostRemembered) {
      const [oldest = ""] = this.firsts;
      this.firsts.delete(oldest);
    }
    return false;
  }
}

/** Mostly the first value tells: nothing is done for records that differ in it. */
function haveSameValues(a: JsonObject, b: JsonObject): boolean {
  for (const name in a) {
    const value = a[name];
    if (value !== b[name] && (typeof value !== "object" || value === null)) return false;
  }
  return isDeepStrictEqual(a, b);
}

/** The values alone: hosts may print the same record in another way. */
function fingerprintOfRecord(data: JsonObject): Fingerprint {
  try {
    const { lo, hi } = hash64(JSON.stringify(data));
    return { lo, hi };
  } catch {
    // Nested too deep to be printed, and to be accepted.
    return { lo: 0, hi: 0 };
  }
}
