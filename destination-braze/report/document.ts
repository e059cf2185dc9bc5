import type { Shard } from "@braze-connectors/shared/shard";
import type { MeterReading } from "../meter";
import type { StreamCounts } from "./counts";
import type { RejectedGroup } from "./rejected-groups";
import type { SlowRequest } from "./requests";
import type { Sample } from "./series";
import type { ValueDisplay } from "./shown-value";
import type { Wait } from "./waits";

/** How a sync ended, or that it has not ended. */
export type SyncStatus = "running" | "complete" | "failed" | "stopped";

/** What `{sync_id}/report.json` holds, and `report.html` shows. */
export interface ReportDocument {
  version: 1;
  connector: string;
  sync_id: string;
  /** Counted from zero. */
  attempt: number;
  status: SyncStatus;
  /** Why a failed sync failed, as the host was told. */
  failure: string | null;
  dry_run: boolean;
  /** ISO 8601; `ended_at` is null while the sync runs. */
  started_at: string;
  ended_at: string | null;
  received: number;
  accepted: number;
  unchanged: number;
  rejected: number;
  /** Records that other shards count; only where there are shards. */
  left_to_other_shards?: number;
  /** The share of the identities that this process handled, if not all of them. */
  shard?: Shard;
  requests: number;
  objects: number;
  objects_per_request: number;
  data_points: MeterReading;
  attributes: Record<string, MeterReading>;
  streams: Record<string, Omit<StreamCounts, "notes"> & { notes: Record<string, number> }>;
  /** The limit of /users/track as configured. */
  limit: { requests_per_3_seconds: number; requests_per_hour: number | null };
  /** For what share of the time the sync waited, by what it waited for; the rest it worked. */
  waits: Partial<Record<Wait, number>>;
  /** Requests by the status of their answer, of all endpoints. */
  answers: Record<string, number>;
  slowest_requests: SlowRequest[];
  rejected_groups: RejectedGroup[];
  /** Rejected for reasons that are not among the groups. */
  rejected_otherwise: number;
  report_values: ValueDisplay;
  /** Where rejected records are; null where they are not kept. */
  rejected_at: string | null;
  /** How many rejected records could not be stored there, or are not yet. */
  rejected_unstored: number;
  /** Counters over time, counted from the start. */
  series: readonly Sample[];
}
