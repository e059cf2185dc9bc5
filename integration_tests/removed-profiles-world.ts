/** A workspace and a destination that acts on profiles that a full refresh brings no more. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Finished, run } from "./harness";
import type { JsonObject, Workspace, WorkspaceOptions } from "./sandbox";
import type { TestSandbox } from "./test-sandbox";
import { line, record, state } from "./write-world";

export interface RemovalOptions {
  /** Null for a host that names no syncs. */
  syncId?: number | null;
  /** The source's last word; null for a source that says nothing. */
  status?: "COMPLETE" | "INCOMPLETE" | null;
  /** A status of another stream that the source tells at the end. */
  elsewhere?: "STARTED";
  syncMode?: "full_refresh" | "incremental";
  fresh?: boolean;
  config?: JsonObject;
  dryRun?: boolean;
  /** More streams, with their records. */
  streams?: Record<string, JsonObject[]>;
}

export class RemovalWorld {
  readonly workspace: Workspace;
  readonly folder: string;
  readonly config: JsonObject;
  private syncs = 100;
  private sentBefore = 0;

  constructor({ braze, storages }: TestSandbox, config: JsonObject, options: WorkspaceOptions = {}) {
    this.workspace = braze.createWorkspace(options);
    this.folder = storages.folder();
    this.config = {
      url: braze.url,
      api_key: this.workspace.apiKey,
      object_storage_config: { storage_type: "Local", directory: this.folder },
      ...config,
    };
  }

  /** Syncs the stream `contacts`. */
  async sync(records: JsonObject[], options: RemovalOptions = {}): Promise<Finished> {
    this.syncs += 1;
    const { syncId = this.syncs, status = "COMPLETE", streams = {} } = options;
    const all: [string, JsonObject[]][] = [["contacts", records], ...Object.entries(streams)];
    const names = all.map(([name]) => name);
    const finished = await run("destination-braze", "write", {
      config: { ...this.config, ...options.config },
      catalog: catalogOf(names, syncId, options),
      input: [
        ...all.flatMap(([name, data]) => linesOf(name, data, status)),
        ...(options.elsewhere ? [statusLine("others", options.elsewhere)] : []),
      ],
      extraArguments: options.dryRun ? ["--dry-run"] : [],
    });
    expect(finished.invalidLines).toEqual([]);
    expect(this.workspace.overlaps).toEqual([]);
    return finished;
  }

  /** Objects and users deleted that Braze was sent since the last call. */
  sent(): number {
    const { attributes } = this.workspace.accepted;
    const deleted = this.workspace.stats.byPath["/users/delete"]?.[201] ?? 0;
    const since = attributes + deleted - this.sentBefore;
    this.sentBefore = attributes + deleted;
    return since;
  }

  user(number: number) {
    return this.workspace.users.byExternalId(`person-${number}`);
  }

  points(number: number) {
    return this.user(number)?.custom_attributes.points;
  }

  /** What the last sync, which must have succeeded, reports of those who left. */
  async removed(finished: Finished): Promise<unknown> {
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    const path = join(this.folder, String(this.syncs), "report.json");
    return JSON.parse(await readFile(path, "utf8")).streams.contacts.removed;
  }

  get memberFolder(): string {
    return join(this.folder, "_braze", "contacts", "members");
  }

  async memberFiles(): Promise<string[]> {
    const names = await readdir(this.memberFolder, { recursive: true });
    return names.filter((name) => name.endsWith(".bin"));
  }

  /** Everything in the storage, unpacked where it is packed. */
  async everything(): Promise<string> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(files.map((file) => readFile(file)));
    const unpacked = contents.map((bytes) =>
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes,
    );
    return [...files, ...unpacked.map((bytes) => bytes.toString("latin1"))].join("\n");
  }
}

export const person = (number: number, more: JsonObject = {}): JsonObject => ({
  external_id: `person-${number}`,
  points: number,
  ...more,
});

export const people = (first: number, last: number): JsonObject[] =>
  Array.from({ length: last - first + 1 }, (_, index) => person(first + index));

const statusLine = (name: string, status: string): string =>
  line({
    type: "TRACE",
    trace: {
      type: "STREAM_STATUS",
      emitted_at: 1,
      stream_status: { stream_descriptor: { name }, status },
    },
  });

export function linesOf(stream: string, records: JsonObject[], end: RemovalOptions["status"]): string[] {
  return [
    ...(end === null ? [] : [statusLine(stream, "STARTED")]),
    ...records.map((data) => record(stream, data)),
    state(stream, 1),
    ...(end ? [statusLine(stream, end)] : []),
  ];
}

export function catalogOf(
  streams: string[],
  syncId: number | null,
  { syncMode = "full_refresh", fresh }: RemovalOptions = {},
): object {
  return {
    streams: streams.map((name) => ({
      stream: {
        name,
        json_schema: { type: "object", properties: { external_id: {}, email: {} } },
        supported_sync_modes: ["full_refresh", "incremental"],
      },
      sync_mode: syncMode,
      destination_sync_mode: "append",
      ...(syncId === null ? {} : { sync_id: syncId }),
      generation_id: fresh ? syncId : 1,
      minimum_generation_id: fresh ? syncId : 0,
    })),
  };
}
