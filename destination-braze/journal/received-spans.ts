import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { spanEndMark, spanMark, spanNextMark } from "./journal-file";
import type { Fingerprint } from "./spans";

/** The records of the stream up to a state of it, behind the state before. */
interface ClosedSpan {
  endEpoch: number;
  first: Fingerprint;
}

/** The spans that are received in this run: what to tell by, should nobody know whether their states left. */
export class ReceivedSpans {
  /** First record of the span that is being received. */
  private first: Fingerprint | undefined;
  /** Spans whose states have not left. */
  private closed: ClosedSpan[] = [];

  /** Whether the next record begins a span. */
  get awaitRecord(): boolean {
    return this.first === undefined;
  }

  /** @returns the fingerprint of a record that begins a span */
  received(data: JsonObject): Fingerprint | undefined {
    if (this.first) return undefined;
    this.first = fingerprintOfRecord(data);
    return this.first;
  }

  close(epoch: number): void {
    if (this.first) this.closed.push({ endEpoch: epoch, first: this.first });
    this.first = undefined;
  }

  /** Entries that tell of the spans whose states, up to the end of an epoch, are about to leave. */
  leaving(epoch: number): number[] {
    const leaving = this.closed.filter(({ endEpoch }) => endEpoch <= epoch);
    if (leaving.length === 0) return [];
    this.closed = this.closed.filter(({ endEpoch }) => endEpoch > epoch);
    const next = this.closed[0]?.first ?? this.first;
    return [
      ...leaving.flatMap(({ endEpoch, first }) => [spanMark, first.lo, first.hi, spanEndMark, endEpoch, 0]),
      ...(next ? [spanNextMark, next.lo, next.hi] : []),
    ];
  }
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
