import { configError } from "@braze-connectors/shared/airbyte/errors";
import { type Shard, shardOf } from "@braze-connectors/shared/shard";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import type { Mapping } from "@braze-connectors/spec/mapping";
import type { SendMode } from "./delta/delta";
import { type RemovedProfiles, removedProfilesOf } from "./removed/policy";
import type { ValueDisplay } from "./report/shown-value";

/** How /users/track counts the objects of a request: newer accounts all together, legacy accounts by array. */
export type ObjectCounting = "combined" | "per_array";

/** What the workspace allows on /users/track; of it the share of this process. */
export interface Limits {
  requestsPer3Seconds: number;
  requestsPerHour: number | undefined;
  /** Whether the bulk endpoint takes the place of /users/track. */
  trackBulk: boolean;
  objectsPerRequest: number;
  countObjects: ObjectCounting;
  maxRequestBytes: number;
  concurrentRequests: number;
  /** How many processes share what the workspace allows, also on other endpoints; undefined for this one alone. */
  shares?: number | undefined;
}

/** The config with every default filled in and units in the names. */
export interface Settings {
  url: string;
  apiKey: string;
  storage: StorageConfig;
  send: SendMode;
  createUsers: boolean;
  nullValues: "ignore" | "clear";
  /** What is done with a message of which nobody knows whether Braze has taken it. */
  messagesInDoubt: "reject" | "send again";
  /** Whether catalogs and fields that the workspace lacks are created. */
  createCatalogs: boolean;
  /** What happens to profiles that a full refresh does not bring any more. */
  removedProfiles: RemovedProfiles;
  /** The share of the known profiles that may be removed at a time, if the config names one. */
  removedProfilesLimitPercent: number | undefined;
  /** Mappings of streams to objects. */
  streams: readonly Mapping[];
  limits: Limits;
  /** The share of the identities that this process handles; undefined when it handles all of them. */
  shard: Shard | undefined;
  /** How long an outage of Braze's or the storage's is waited out. */
  maxOutageMs: number;
  /** Whether values of rejected records may stand in the report. */
  reportValues: ValueDisplay;
}

/**
 * @param config a validated config; the schema's defaults are filled in by the validation
 * @throws config_error when a limit leaves nothing that may be sent
 */
export function settingsOf(config: BrazeDestinationConfig): Settings {
  const limits = config.limits ?? {};
  const shard = destinationShardOf(config);
  const shares = shard?.count ?? 1;
  return {
    url: config.url,
    apiKey: config.api_key,
    storage: config.object_storage_config ?? { storage_type: "None" },
    send: sendModeOf(config),
    createUsers: config.create_users ?? true,
    nullValues: config.null_values ?? "ignore",
    createCatalogs: config.create_catalogs ?? false,
    messagesInDoubt: config.messages_in_doubt === "send_again" ? "send again" : "reject",
    removedProfiles: removedProfilesOf(config),
    removedProfilesLimitPercent: config.removed_profiles_limit_percent,
    streams: config.streams ?? [],
    reportValues: config.report_values ?? "masked",
    limits: {
      requestsPer3Seconds: shareOf(requestsPer3Seconds(limits), shares),
      requestsPerHour:
        limits.requests_per_hour === undefined
          ? undefined
          : shareOf(positive("requests_per_hour", limits.requests_per_hour), shares),
      trackBulk: limits.track_bulk ?? false,
      objectsPerRequest: objectsPerRequest(limits),
      countObjects: limits.count_objects ?? "combined",
      maxRequestBytes: limits.max_request_bytes ?? 4_000_000,
      concurrentRequests: Math.ceil(
        positive("concurrent_requests", limits.concurrent_requests ?? 32) / shares,
      ),
      shares: shard?.count,
    },
    shard,
    maxOutageMs: (limits.max_outage_minutes ?? 30) * 60_000,
  };
}

/** @throws config_error where shards don't do: who left a stream shows only to who sees all of it */
function destinationShardOf(config: BrazeDestinationConfig): Shard | undefined {
  const shard = shardOf(config.shard);
  if (shard === undefined) return undefined;
  if ((config.removed_profiles ?? "keep") !== "keep") {
    throw configError(
      '"removed_profiles" does not go with "shard": a shard does not see everybody who is in a stream. Set removed_profiles to "keep", or leave "shard" out.',
      { help: "shards" },
    );
  }
  return shard;
}

/** At least one, for with none nothing would ever be sent. */
const shareOf = (requests: number, shares: number): number => Math.max(1, Math.floor(requests / shares));

/** Without storage nothing can be remembered, so everything is sent. */
function sendModeOf({ send, object_storage_config: storage }: BrazeDestinationConfig): SendMode {
  if (storage !== undefined && storage.storage_type !== "None") return send ?? "changed_attributes";
  if (send === undefined || send === "everything") return "everything";
  throw configError(
    `"send" is "${send}", but without object_storage_config nothing can remember what was sent: configure S3 or a local folder, or set send to "everything".`,
    { help: "storage-needed" },
  );
}

/** What /users/track takes in most workspaces, and what its bulk endpoint takes (post_user_track_bulk). */
const mostObjects = { track: 75, bulk: 1000 };

/** The bulk endpoint takes 50 requests a second (post_user_track_bulk). */
const mostBulkRequests = 150;

function requestsPer3Seconds({
  requests_per_3_seconds: asked = 3000,
  track_bulk: bulk = false,
}: NonNullable<BrazeDestinationConfig["limits"]>): number {
  return positive("requests_per_3_seconds", bulk ? Math.min(asked, mostBulkRequests) : asked);
}

function objectsPerRequest({
  objects_per_request: asked,
  track_bulk: bulk = false,
}: NonNullable<BrazeDestinationConfig["limits"]>): number {
  const most = bulk ? mostObjects.bulk : mostObjects.track;
  const count = positive("objects_per_request", asked ?? most);
  if (count <= most) return count;
  throw configError(
    `"limits.objects_per_request" is ${count}, but /users/track takes at most ${most} objects: lower it${bulk ? "" : ", or set limits.track_bulk to true if your workspace is in that beta"}.`,
    { help: "rate-limit" },
  );
}

function positive(key: string, value: number): number {
  if (value > 0) return value;
  throw configError(
    `"limits.${key}" is 0, so nothing may be sent: set it to what your Braze workspace allows.`,
    { help: "rate-limit" },
  );
}
