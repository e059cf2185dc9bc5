/** What the tests of source-braze have in common: a local Braze, a local S3, and configs for them. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { AirbyteRecordMessage, ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { type Finished, run } from "./harness";
import {
  awkwardUser,
  type ExportOptions,
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  type Segment,
  startBraze,
  startS3,
  storageConfigOf,
  type Workspace,
  type WorkspaceOptions,
} from "./sandbox";

export const bucket = "exports";
const rootPath = "braze/root";

/** Times short enough for tests, long enough for a busy machine. */
const haste = { poll_interval_seconds: 0.05, settle_seconds: 0.3, timeout_minutes: 0.5 };
/** Between two files of an export a busy disk may keep the sandbox waiting; one that is late would be missed. */
const settleOfMany = 1.5;

export interface ReadSegmentsOptions {
  state?: object;
  /** Columns selected in the catalog; default all documented ones. */
  columns?: readonly string[];
  incremental?: boolean;
}

export class SourceWorld {
  private constructor(
    readonly braze: SandboxBraze,
    readonly s3: SandboxS3,
    /** Where the connector's temporary files go; a test can see that none are left. */
    readonly temporary: string,
  ) {}

  static async start(): Promise<SourceWorld> {
    const [braze, s3, temporary] = await Promise.all([
      startBraze(),
      startS3(),
      mkdtemp(join(tmpdir(), "source-world-")),
    ]);
    await s3.createBucket(bucket);
    return new SourceWorld(braze, s3, temporary);
  }

  async close(): Promise<void> {
    await Promise.all([this.braze.close(), this.s3.close()]);
    await rm(this.temporary, { recursive: true, force: true });
  }

  /** A workspace that delivers exports to the bucket. */
  withStorage(exports: ExportOptions = {}, options: WorkspaceOptions = {}): Workspace {
    const storage = exportsInto(this.s3, bucket, rootPath);
    return this.braze.createWorkspace({ storage, exports, ...options });
  }

  /** A workspace without cloud storage: it delivers by download link. */
  withLink(exports: ExportOptions = {}, options: WorkspaceOptions = {}): Workspace {
    return this.braze.createWorkspace({ exports, ...options });
  }

  /** A config that reads segments through the bucket. */
  storageConfig(workspace: Workspace, segments: readonly Segment[], change = {}): BrazeSourceConfig {
    const { segment_export, ...config } = this.linkConfig(workspace, segments);
    const settle_seconds = workspace.exportSettings.usersPerFile === undefined ? 0.3 : settleOfMany;
    const object_storage_config = this.storage();
    return {
      ...config,
      segment_export: { ...segment_export, settle_seconds },
      object_storage_config,
      ...change,
    };
  }

  /** A config that reads segments through download links. */
  linkConfig(workspace: Workspace, segments: readonly Segment[], change = {}): BrazeSourceConfig {
    return {
      url: this.braze.url,
      api_key: workspace.apiKey,
      segment_ids: segments.map(({ id }) => id),
      segment_export: haste,
      ...change,
    };
  }

  /** `object_storage_config` for the bucket. */
  storage(change = {}): NonNullable<BrazeSourceConfig["object_storage_config"]> {
    return { ...storageConfigOf(this.s3, bucket, rootPath), ...change };
  }

  /** Reads segment_users to the end. */
  read(config: BrazeSourceConfig, options: ReadSegmentsOptions = {}): Promise<Finished> {
    return run("source-braze", "read", this.readOptions(config, options));
  }

  readOptions(config: BrazeSourceConfig, { state, columns, incremental = false }: ReadSegmentsOptions = {}) {
    return {
      config,
      catalog: catalogOf(columns, incremental ? "incremental" : "full_refresh"),
      ...(state === undefined ? {} : { state }),
      env: { TMPDIR: this.temporary },
    };
  }

  /** Names of what the connector left behind in its temporary folder. */
  async leftovers(): Promise<string[]> {
    return (await readdir(this.temporary)).filter((name) => name.startsWith("source-braze"));
  }

  async removeLeftovers(): Promise<void> {
    for (const name of await this.leftovers()) await rm(join(this.temporary, name), { recursive: true });
  }

  /** Deletes what lies in the bucket, as Braze or a lifecycle rule would. */
  async emptyBucket(): Promise<void> {
    const client = this.s3.client();
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length > 0)
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
  }
}

export const addSegment = (workspace: Workspace, size: number, name = "VIPs", from = 0): Segment =>
  workspace.createSegment({ name, size, generate: (index) => awkwardUser(from + index) });

/** Export requests that a workspace has accepted. */
export const exportsOf = (workspace: Workspace): number => workspace.exports.length;

export const brazeIds = (records: readonly AirbyteRecordMessage[]): unknown[] =>
  records.map(({ data }) => data.braze_id);

/** The ids of the users `from` (inclusive) to `to` (exclusive) of a segment made by `addSegment`. */
export const idsOfUsers = (from: number, to: number): unknown[] =>
  Array.from({ length: to - from }, (_, index) => awkwardUser(from + index).braze_id);

/** A configured catalog with segment_users, by default with all documented columns. */
export function catalogOf(
  columns: readonly string[] = Object.keys(schema.properties),
  mode: "full_refresh" | "incremental" = "full_refresh",
): ConfiguredAirbyteCatalog {
  const properties = Object.fromEntries(columns.map((column) => [column, {}]));
  return {
    streams: [
      {
        stream: {
          name: "segment_users",
          json_schema: { type: "object", properties },
          supported_sync_modes: [mode],
        },
        sync_mode: mode,
        destination_sync_mode: "overwrite",
      },
    ],
  };
}

/** What every run must get right, whatever it is about. */
export function expectClean(finished: Finished, config: BrazeSourceConfig): void {
  expect(finished.invalidLines).toEqual([]);
  expect(finished.stderr).toBe("");
  const storage = config.object_storage_config;
  const secrets = [
    config.api_key,
    ...(storage?.storage_type === "S3" ? [storage.secret_access_key, storage.access_key_id] : []),
    "/_downloads/",
    "X-Amz-Signature",
  ];
  for (const secret of secrets) if (secret) expect(finished.everything).not.toContain(secret);
}
