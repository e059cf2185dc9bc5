import type { RemovedCounts } from "../removed/stream-removal";

/** What became of the records of one stream. */
export interface StreamCounts {
  /** The object that the stream is written to. */
  object: string | null;
  received: number;
  /** Delivered, or unchanged. */
  accepted: number;
  /** Of the accepted ones: nothing of them was new to Braze. */
  unchanged: number;
  rejected: number;
  /** Left to other shards, which count them: neither accepted nor rejected here. Only where there are shards. */
  left_to_other_shards?: number;
  /** Rejected records by the code of their (first) reason. */
  rejected_by_reason: Record<string, number>;
  /** How many records concern what Braze does to them without saying so. */
  notes: Map<string, number>;
  /** Profiles that a completed full refresh did not bring any more, where that is looked at. */
  removed?: RemovedCounts;
}

export interface Totals {
  received: number;
  accepted: number;
  unchanged: number;
  rejected: number;
  left_to_other_shards?: number;
}

/** Different notes kept of a stream; records with thousands of columns must not fill the memory. */
const maxNotes = 100;

/** Counts records by stream, and their sums. */
export class Counts {
  readonly streams = new Map<string, StreamCounts>();
  readonly totals: Totals;

  private last: { stream: string; counts: StreamCounts } | undefined;

  /** @param isSharded whether some records are other processes' */
  constructor(private readonly isSharded = false) {
    this.totals = { received: 0, accepted: 0, unchanged: 0, rejected: 0, ...this.noneLeft };
  }

  /** @param object what the stream is written to */
  announce(stream: string, object: string): void {
    this.streams.set(stream, { ...emptyCounts(object), ...this.noneLeft });
    this.last = undefined;
  }

  received(stream: string): void {
    this.of(stream).received += 1;
    this.totals.received += 1;
  }

  accepted(stream: string): void {
    this.of(stream).accepted += 1;
    this.totals.accepted += 1;
  }

  unchanged(stream: string): void {
    this.accepted(stream);
    this.of(stream).unchanged += 1;
    this.totals.unchanged += 1;
  }

  rejected(stream: string, code: string): void {
    const counts = this.of(stream);
    counts.rejected += 1;
    counts.rejected_by_reason[code] = (counts.rejected_by_reason[code] ?? 0) + 1;
    this.totals.rejected += 1;
  }

  leftToOtherShards(stream: string): void {
    const counts = this.of(stream);
    counts.left_to_other_shards = (counts.left_to_other_shards ?? 0) + 1;
    this.totals.left_to_other_shards = (this.totals.left_to_other_shards ?? 0) + 1;
  }

  noted(stream: string, notes: readonly string[]): void {
    const counts = this.of(stream).notes;
    for (const note of notes) {
      if (counts.has(note) || counts.size < maxNotes) counts.set(note, (counts.get(note) ?? 0) + 1);
    }
  }

  removed(stream: string, counts: RemovedCounts): void {
    this.of(stream).removed = counts;
  }

  /** One line a stream, for the log. */
  lines(): string[] {
    return [...this.streams].map(([stream, counts]) => {
      const { received, accepted, unchanged, rejected, left_to_other_shards: left = 0 } = counts;
      const reasons = Object.entries(counts.rejected_by_reason).map(([code, count]) => `${code}: ${count}`);
      return `${stream}: ${received} received, ${accepted} accepted${unchanged === 0 ? "" : ` (${unchanged} of them unchanged)`}, ${rejected} rejected${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}${left === 0 ? "" : `, ${left} left to other shards`}.`;
    });
  }

  /** What people should know although nothing was refused. */
  warnings(): string[] {
    return [...this.streams].flatMap(([stream, { notes }]) =>
      [...notes].map(([note, count]) => `${stream}: ${count} records ${note}.`),
    );
  }

  private get noneLeft(): Pick<Totals, "left_to_other_shards"> {
    return this.isSharded ? { left_to_other_shards: 0 } : {};
  }

  private of(stream: string): StreamCounts {
    // Hot path: asked several times for each record, nearly always for the same stream as before.
    if (this.last?.stream === stream) return this.last.counts;
    const counts = this.found(stream);
    this.last = { stream, counts };
    return counts;
  }

  private found(stream: string): StreamCounts {
    let counts = this.streams.get(stream);
    if (!counts) {
      counts = { ...emptyCounts(null), ...this.noneLeft };
      this.streams.set(stream, counts);
    }
    return counts;
  }
}

const emptyCounts = (object: string | null): StreamCounts => ({
  object,
  received: 0,
  accepted: 0,
  unchanged: 0,
  rejected: 0,
  rejected_by_reason: {},
  notes: new Map(),
});
