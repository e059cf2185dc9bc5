import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { DataPointMeter } from "./meter";
import type { Reason } from "./objects/object";
import type { DeliveryStatistics } from "./pipeline/deliver";
import type { SyncRun } from "./pipeline/rejected";
import type { RemovedCounts } from "./removed/stream-removal";
import type { Routes } from "./routes";

interface StreamReport {
  /** The object that the stream is written to. */
  object: string | null;
  received: number;
  /** Delivered, or unchanged. */
  accepted: number;
  /** Of the accepted ones: nothing of them was new to Braze. */
  unchanged: number;
  rejected: number;
  /** Rejected records by the code of their (first) reason. */
  rejected_by_reason: Record<string, number>;
  /** How many records concern what Braze does to them without saying so. */
  notes: Map<string, number>;
  /** Profiles that a completed full refresh did not bring any more, where that is looked at. */
  removed?: RemovedCounts;
}

/** How a sync ended, or that it has not ended. */
export type SyncStatus = "running" | "complete" | "failed" | "stopped";

/** Different notes kept of a stream; records with thousands of columns must not fill the memory. */
const maxNotes = 100;

/** Counts what a sync does, and says it: in the log and in `{sync_id}/report.json`. */
export class SyncReport {
  private readonly streams = new Map<string, StreamReport>();

  constructor(
    routes: Routes,
    private readonly run: SyncRun,
    private readonly delivery: Readonly<DeliveryStatistics>,
    private readonly meter: DataPointMeter,
  ) {
    for (const [stream, targets] of routes) {
      const names = targets.map(({ object }) => object.name);
      this.streams.set(stream, emptyReport([...new Set(names)].join(", ")));
    }
  }

  received(stream: string): void {
    this.of(stream).received += 1;
  }

  accepted(stream: string): void {
    this.of(stream).accepted += 1;
  }

  unchanged(stream: string): void {
    const report = this.of(stream);
    report.accepted += 1;
    report.unchanged += 1;
  }

  rejected(stream: string, reason: Reason | undefined): void {
    const report = this.of(stream);
    const code = reason?.code ?? "unknown";
    report.rejected += 1;
    report.rejected_by_reason[code] = (report.rejected_by_reason[code] ?? 0) + 1;
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

  get totals(): { received: number; accepted: number; rejected: number } {
    const totals = { received: 0, accepted: 0, rejected: 0 };
    for (const { received, accepted, rejected } of this.streams.values()) {
      totals.received += received;
      totals.accepted += accepted;
      totals.rejected += rejected;
    }
    return totals;
  }

  /** Lines for the log at the end of a sync. */
  lines(): string[] {
    const { requests, objects } = this.delivery;
    const perRequest = requests === 0 ? "0" : (objects / requests).toFixed(1);
    const streams = [...this.streams].map(([stream, report]) => {
      const reasons = Object.entries(report.rejected_by_reason).map(([code, count]) => `${code}: ${count}`);
      return `${stream}: ${report.received} received, ${report.accepted} accepted${report.unchanged === 0 ? "" : ` (${report.unchanged} of them unchanged)`}, ${report.rejected} rejected${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}.`;
    });
    return [...streams, `${requests} requests to Braze with ${objects} objects, ${perRequest} a request.`];
  }

  /** What people should know although nothing was refused. */
  warnings(): string[] {
    return [...this.streams].flatMap(([stream, { notes }]) =>
      [...notes].map(([note, count]) => `${stream}: ${count} records ${note}.`),
    );
  }

  /** @param endedAt null while the sync runs */
  async store(
    storage: Pick<ObjectStorage, "write">,
    status: SyncStatus,
    endedAt: Date | null,
    dryRun = false,
  ): Promise<void> {
    const { requests, objects } = this.delivery;
    const report = {
      version: 1,
      sync_id: this.run.syncId,
      attempt: this.run.attempt,
      status,
      dry_run: dryRun,
      started_at: this.run.startedAt,
      ended_at: endedAt,
      ...this.totals,
      requests,
      objects,
      objects_per_request: requests === 0 ? 0 : Number((objects / requests).toFixed(2)),
      data_points: this.meter.totals,
      attributes: this.meter.byAttribute(),
      streams: Object.fromEntries(
        [...this.streams].map(([stream, counts]) => [
          stream,
          { ...counts, notes: Object.fromEntries(counts.notes) },
        ]),
      ),
    };
    await storage.write(
      `${this.run.syncId}/report.json`,
      Buffer.from(`${JSON.stringify(report, null, 2)}\n`),
    );
  }

  private of(stream: string): StreamReport {
    let report = this.streams.get(stream);
    if (!report) {
      report = emptyReport(null);
      this.streams.set(stream, report);
    }
    return report;
  }
}

const emptyReport = (object: string | null): StreamReport => ({
  object,
  received: 0,
  accepted: 0,
  unchanged: 0,
  rejected: 0,
  rejected_by_reason: {},
  notes: new Map(),
});
