import { configError } from "@braze-connectors/shared/airbyte/errors";
import { isEmptyMapping } from "@braze-connectors/shared/mapping/entry";
import { type Shard, shardOf } from "@braze-connectors/shared/shard";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";

/** What `segment_users` asks Braze for, and how long it waits for it. */
export interface SegmentExportSettings {
  /** Profile fields to export; undefined means every documented one. */
  fields: readonly string[] | undefined;
  /** Custom attributes to export; undefined means all of them. */
  customAttributes: readonly string[] | undefined;
  /** How exported users become records; undefined means as they are. */
  mapping?: SourceMapping | undefined;
  /** How often to look for what Braze writes. */
  pollIntervalMs: number;
  /** How long neither number nor sizes of the files may change before an export counts as complete. */
  settleMs: number;
  /** How long to wait for one export. */
  timeoutMs: number;
}

/** The config with every default filled in and units in the names. */
export interface Settings {
  url: string;
  apiKey: string;
  /** First day of what is read by days, `YYYY-MM-DD`; undefined means 100 days ago. */
  startDate: string | undefined;
  /** Apps whose analytics are wanted one by one; none means those of the whole workspace. */
  appIds: readonly string[];
  segmentIds: readonly string[];
  segmentExport: SegmentExportSettings;
  /** Where exports are picked up; None means Braze's download link. */
  storage: StorageConfig;
  /** The share of the export files that this process reads; undefined when it reads all of them. */
  shard?: Shard | undefined;
}

/**
 * @param config a validated config
 * @throws config_error for what no schema can say: a segment's identifier, a shard that does not exist
 */
export function settingsOf(config: BrazeSourceConfig): Settings {
  const options = config.segment_export ?? {};
  return {
    url: config.url,
    apiKey: config.api_key,
    startDate: config.start_date,
    appIds: [...new Set((config.app_ids ?? []).map((id) => id.trim()))],
    // A blank makes two of what is one segment, whose users would come twice.
    segmentIds: [...new Set((config.segment_ids ?? []).map(trimmedId))],
    segmentExport: {
      fields: namesOrAll(options.fields),
      customAttributes: namesOrAll(options.custom_attributes),
      mapping: mappingOf(options.mapping),
      pollIntervalMs: (options.poll_interval_seconds ?? 10) * 1000,
      settleMs: (options.settle_seconds ?? 30) * 1000,
      timeoutMs: (options.timeout_minutes ?? 180) * 60_000,
    },
    storage: config.object_storage_config ?? { storage_type: "None" },
    shard: shardOf(config.shard),
  };
}

/** A form that was left empty sends an empty mapping. */
const mappingOf = (mapping: SourceMapping | undefined): SourceMapping | undefined =>
  mapping === undefined || isEmptyMapping(mapping) ? undefined : mapping;

const namesOrAll = (names: string[] | undefined): string[] | undefined =>
  names === undefined || names.length === 0 ? undefined : names;

/** Identifiers are pasted from the dashboard, often with a blank; they also become part of keys in the bucket. */
function trimmedId(id: string): string {
  const trimmed = id.trim();
  if (/^[\w-]+$/.test(trimmed)) return trimmed;
  throw configError(
    `"segment_ids" holds "${id}", which is not a segment identifier such as 3cd5ddbb-a4fb-4c1a-8a5c-7b0ae9c3a8a4.`,
    { help: "segment-unknown" },
  );
}

/** A sentence saying what the config lacks for exports that shards share, if anything. */
export const missingForShards = ({ shard, storage }: Settings): string | undefined =>
  shard === undefined || storage.storage_type === "S3"
    ? undefined
    : 'with "shard", set "object_storage_config" to the S3 bucket that is connected to Braze: shards share the files there, and a download link is one file.';
