import { toConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { JsonObject } from "@braze-connectors/shared/json";
import { type Shard, shardName } from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { DataPointMeter } from "../meter";
import type { Reason } from "../objects/object";
import type { DeliveryStatistics } from "../pipeline/deliver";
import type { RejectedRecords, SyncRun } from "../pipeline/rejected";
import type { RemovedCounts } from "../removed/stream-removal";
import type { Routes } from "../routes";
import type { Limits } from "../settings";
import { Counts, type Totals } from "./counts";
import type { ReportDocument, SyncStatus } from "./document";
import { page } from "./page/page";
import { printed } from "./printed";
import { RejectedGroups } from "./rejected-groups";
import type { RequestLog } from "./requests";
import { Series } from "./series";
import type { ValueDisplay } from "./shown-value";
import { type Situation, type Wait, waitOf } from "./waits";

export type { SyncStatus } from "./document";

export interface ReportParts {
  /** Name and version. */
  connector: string;
  routes: Routes;
  run: SyncRun;
  delivery: Readonly<DeliveryStatistics>;
  meter: DataPointMeter;
  limits: Pick<Limits, "requestsPer3Seconds" | "requestsPerHour" | "concurrentRequests">;
  limit: Pick<RateLimit, "heldBack">;
  requests: RequestLog;
  values: ValueDisplay;
  /** Aborted with what stopped the sync. */
  failure: AbortSignal;
  /** Takes secrets out of text. */
  redact: (text: string) => string;
  /** Where rejected records are, for people. */
  rejectedLocation: string | undefined;
  /** The share of the identities that this process handles; undefined when it handles all of them. */
  shard?: Shard | undefined;
  rejected: Pick<RejectedRecords, "unstored">;
  now?: () => number;
}

/** Watches what a sync does, and says it: in the log, in `{sync_id}/report.json` and in `{sync_id}/report.html`. */
export class SyncReport {
  private readonly counts: Counts;
  private readonly series = new Series();
  private readonly groups: RejectedGroups;
  private readonly waits = new Map<Wait, number>();
  private looks = 0;
  private lastRecordAtMs: number;
  private isInputEnded = false;
  private writtenTo: string | undefined;
  private readonly now: () => number;

  constructor(private readonly parts: ReportParts) {
    this.counts = new Counts(parts.shard !== undefined);
    this.now = parts.now ?? Date.now;
    this.lastRecordAtMs = this.now();
    this.groups = new RejectedGroups(parts.values, parts.redact, () => new Date(this.now()));
    for (const [stream, targets] of parts.routes) {
      this.counts.announce(stream, [...new Set(targets.map(({ object }) => object.name))].join(", "));
    }
    this.look();
  }

  received(stream: string): void {
    this.counts.received(stream);
  }

  /** How many records of a stream have come. */
  receivedOf(stream: string): number {
    return this.counts.streams.get(stream)?.received ?? 0;
  }

  accepted(stream: string): void {
    this.counts.accepted(stream);
  }

  unchanged(stream: string): void {
    this.counts.unchanged(stream);
  }

  rejected(stream: string, [first]: readonly Reason[], record: JsonObject): void {
    this.counts.rejected(stream, first?.code ?? "unknown");
    this.groups.add(stream, first, record);
  }

  leftToOtherShards(stream: string): void {
    this.counts.leftToOtherShards(stream);
  }

  noted(stream: string, notes: readonly string[]): void {
    this.counts.noted(stream, notes);
  }

  removed(stream: string, counts: RemovedCounts): void {
    this.counts.removed(stream, counts);
  }

  /** The host has sent all that it has. */
  inputEnded(): void {
    this.isInputEnded = true;
  }

  get totals(): Readonly<Totals> {
    return this.counts.totals;
  }

  get requests(): RequestLog {
    return this.parts.requests;
  }

  /** Where the page is, once the sync has ended and it could be written. */
  get location(): string | undefined {
    return this.writtenTo;
  }

  /** How the sync is at this moment. */
  get situation(): Situation {
    return {
      nowMs: this.now(),
      heldBack: this.parts.limit.heldBack,
      inFlight: this.requests.inFlight,
      mostInFlight: this.parts.limits.concurrentRequests,
      lastRecordAtMs: this.lastRecordAtMs,
      inputEnded: this.isInputEnded,
    };
  }

  /** Takes the counters, and what the sync waits for. To be called about every second. */
  look(): void {
    const { received, accepted, unchanged, rejected } = this.totals;
    const latest = this.series.samples.at(-1);
    const nowMs = this.now();
    if (received !== (latest?.received ?? 0)) this.lastRecordAtMs = nowMs;
    const wait = waitOf(this.situation);
    this.looks += 1;
    if (wait) this.waits.set(wait, (this.waits.get(wait) ?? 0) + 1);
    this.series.take(Math.max(nowMs - this.parts.run.startedAt.getTime(), latest?.at_ms ?? 0), {
      received,
      delivered: accepted - unchanged,
      unchanged,
      rejected,
      requests: this.requests.limited,
    });
  }

  /** Lines for the log at the end of a sync. */
  lines(): string[] {
    const { requests, objects } = this.parts.delivery;
    const perRequest = requests === 0 ? "0" : (objects / requests).toFixed(1);
    return [
      ...this.counts.lines(),
      `${requests} requests to Braze with ${objects} objects, ${perRequest} a request.`,
    ];
  }

  /** What people should know although nothing was refused. */
  warnings(): string[] {
    return this.counts.warnings();
  }

  /** @param endedAt null while the sync runs */
  async store(
    storage: Pick<ObjectStorage, "write" | "location">,
    status: SyncStatus,
    endedAt: Date | null,
    dryRun = false,
  ): Promise<void> {
    this.look();
    const report = this.document(status, endedAt, dryRun);
    const { run, shard } = this.parts;
    // Other shards of the sync have reports of their own.
    const folder = shard ? `${run.syncId}/shards/${shardName(shard)}` : run.syncId;
    await Promise.all([
      storage.write(`${folder}/report.json`, Buffer.from(printed(report))),
      storage.write(`${folder}/report.html`, Buffer.from(page(report))),
    ]);
    if (endedAt) this.writtenTo = `${storage.location}/${folder}/report.html`;
  }

  private document(status: SyncStatus, endedAt: Date | null, dryRun: boolean): ReportDocument {
    const { run, delivery, meter, limits, requests, failure, redact, shard } = this.parts;
    const reason = status === "failed" && failure.aborted ? toConnectorError(failure.reason).message : null;
    return {
      version: 1,
      connector: this.parts.connector,
      sync_id: run.syncId,
      attempt: run.attempt,
      status,
      failure: reason === null ? null : redact(reason),
      dry_run: dryRun,
      started_at: run.startedAt.toISOString(),
      ended_at: endedAt?.toISOString() ?? null,
      ...this.totals,
      ...(shard ? { shard } : {}),
      requests: delivery.requests,
      objects: delivery.objects,
      objects_per_request:
        delivery.requests === 0 ? 0 : Number((delivery.objects / delivery.requests).toFixed(2)),
      data_points: meter.totals,
      attributes: meter.byAttribute(),
      streams: Object.fromEntries(
        [...this.counts.streams].map(([stream, counts]) => [
          stream,
          { ...counts, notes: Object.fromEntries(counts.notes) },
        ]),
      ),
      limit: {
        requests_per_3_seconds: limits.requestsPer3Seconds,
        requests_per_hour: limits.requestsPerHour ?? null,
      },
      series: this.series.samples,
      waits: Object.fromEntries([...this.waits].map(([wait, count]) => [wait, share(count, this.looks)])),
      answers: Object.fromEntries(requests.answers),
      slowest_requests: requests.slowest,
      rejected_groups: this.groups.list,
      rejected_otherwise: this.groups.others,
      report_values: this.parts.values,
      rejected_at: this.parts.rejectedLocation ?? null,
      rejected_unstored: this.parts.rejected.unstored,
    };
  }
}

const share = (part: number, whole: number): number => Number((part / whole).toFixed(4));
