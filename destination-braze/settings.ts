import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import type { Mapping } from "@braze-connectors/spec/mapping";
import type { SendMode } from "./delta/delta";
import { type RemovedProfiles, removedProfilesOf } from "./removed/policy";
import type { ValueDisplay } from "./report/shown-value";

/** How /users/track counts the objects of a request: newer accounts all together, legacy accounts by array. */
export type ObjectCounting = "combined" | "per_array";

/** What the workspace allows on /users/track. */
export interface Limits {
  requestsPer3Seconds: number;
  requestsPerHour: number | undefined;
  objectsPerRequest: number;
  countObjects: ObjectCounting;
  maxRequestBytes: number;
  concurrentRequests: number;
}

/** The config with every default filled in and units in the names. */
export interface Settings {
  url: string;
  apiKey: string;
  storage: StorageConfig;
  send: SendMode;
  createUsers: boolean;
  nullValues: "ignore" | "clear";
  /** What happens to profiles that a full refresh does not bring any more. */
  removedProfiles: RemovedProfiles;
  /** The share of the known profiles that may be removed at a time. */
  removedProfilesLimitPercent: number;
  /** Mappings of streams to objects. */
  streams: readonly Mapping[];
  limits: Limits;
  /** Whether values of rejected records may stand in the report. */
  reportValues: ValueDisplay;
}

/**
 * @param config a validated config; the schema's defaults are filled in by the validation
 * @throws config_error when a limit leaves nothing that may be sent
 */
export function settingsOf(config: BrazeDestinationConfig): Settings {
  const limits = config.limits ?? {};
  return {
    url: config.url,
    apiKey: config.api_key,
    storage: config.object_storage_config ?? { storage_type: "None" },
    send: sendModeOf(config),
    createUsers: config.create_users ?? true,
    nullValues: config.null_values ?? "ignore",
    removedProfiles: removedProfilesOf(config),
    removedProfilesLimitPercent: config.removed_profiles_limit_percent ?? 30,
    streams: config.streams ?? [],
    reportValues: config.report_values ?? "masked",
    limits: {
      requestsPer3Seconds: positive("requests_per_3_seconds", limits.requests_per_3_seconds ?? 3000),
      requestsPerHour:
        limits.requests_per_hour === undefined
          ? undefined
          : positive("requests_per_hour", limits.requests_per_hour),
      objectsPerRequest: positive("objects_per_request", limits.objects_per_request ?? 75),
      countObjects: limits.count_objects ?? "combined",
      maxRequestBytes: limits.max_request_bytes ?? 4_000_000,
      concurrentRequests: positive("concurrent_requests", limits.concurrent_requests ?? 32),
    },
  };
}

/** Without storage nothing can be remembered, so everything is sent. */
function sendModeOf({ send, object_storage_config: storage }: BrazeDestinationConfig): SendMode {
  if (storage !== undefined && storage.storage_type !== "None") return send ?? "changed_attributes";
  if (send === undefined || send === "everything") return "everything";
  throw configError(
    `"send" is "${send}", but without object_storage_config nothing can remember what was sent: configure S3 or a local folder, or set send to "everything".`,
  );
}

function positive(key: string, value: number): number {
  if (value > 0) return value;
  throw configError(
    `"limits.${key}" is 0, so nothing may be sent: set it to what your Braze workspace allows.`,
  );
}
