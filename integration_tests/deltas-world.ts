/** A workspace and a place that remembers what was sent to it, and syncs between the two. */
import type { JsonObject } from "@braze-connectors/shared/json";
import { openStorage, type StorageConfig } from "@braze-connectors/shared/storage/open";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Finished, Running } from "./harness";
import { start } from "./harness";
import type { LoggedRequest, SandboxBraze, Workspace, WorkspaceOptions } from "./sandbox";

export interface SyncOptions {
  /** Added to the config. */
  config?: JsonObject;
  generation?: { id: number; minimum: number };
  dryRun?: boolean;
  streams?: readonly string[];
  /** Columns of each stream. */
  columns?: readonly string[];
}

const line = (message: object): string => `${JSON.stringify(message)}\n`;
export const record = (data: JsonObject, stream = "users"): string =>
  line({ type: "RECORD", record: { stream, data, emitted_at: 1 } });
export const state = (position: number, stream = "users"): string =>
  line({
    type: "STATE",
    state: { type: "STREAM", stream: { stream_descriptor: { name: stream }, stream_state: { position } } },
  });

export class DeltaWorld {
  readonly workspace: Workspace;
  /** Every sync that ended, for checks that hold for all. */
  readonly finished: Finished[] = [];

  constructor(
    private readonly braze: SandboxBraze,
    private readonly storageConfig: StorageConfig,
    options: WorkspaceOptions = {},
  ) {
    this.workspace = braze.createWorkspace(options);
  }

  async start(input: Iterable<string> | AsyncIterable<string>, options: SyncOptions = {}): Promise<Running> {
    const running = await start("destination-braze", "write", {
      config: {
        url: this.braze.url,
        api_key: this.workspace.apiKey,
        object_storage_config: this.storageConfig,
        ...options.config,
      },
      catalog: catalogOf(options),
      input,
      extraArguments: options.dryRun ? ["--dry-run"] : [],
    });
    void running.finished.then((finished) => this.finished.push(finished));
    return running;
  }

  async write(input: Iterable<string> | AsyncIterable<string>, options?: SyncOptions): Promise<Finished> {
    return (await this.start(input, options)).finished;
  }

  /**
   * A whole sync of users, which must succeed.
   * @returns the attribute objects that it sent
   */
  async sync(users: readonly JsonObject[], options?: SyncOptions): Promise<JsonObject[]> {
    const before = this.requests.length;
    const finished = await this.write([...users.map((user) => record(user)), state(1)], options);
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    return attributesOf(this.requests.slice(before));
  }

  get requests(): LoggedRequest[] {
    return this.workspace.requests.filter(({ path }) => path === "/users/track");
  }

  attributesOf(externalId: string): JsonObject | undefined {
    return this.workspace.users.byExternalId(externalId)?.custom_attributes;
  }

  async report(): Promise<JsonObject> {
    return JSON.parse((await this.inStorage((storage) => readAll(storage, "42/report.json"))).toString());
  }

  /** Keys in the storage below `_braze/users/`. */
  async kept(): Promise<string[]> {
    const prefix = "_braze/users/";
    const objects = await this.inStorage((storage) => storage.list(prefix));
    return objects.map(({ key }) => key.slice(prefix.length));
  }

  async inStorage<Result>(action: (storage: ObjectStorage) => Promise<Result>): Promise<Result> {
    const storage = await openStorage(this.storageConfig);
    if (!storage) throw new Error("There is no storage");
    try {
      return await action(storage);
    } finally {
      storage.close();
    }
  }
}

/** The attribute objects of requests that Braze processed, without what identifies. */
export function attributesOf(requests: readonly LoggedRequest[]): JsonObject[] {
  return requests.flatMap(({ body }) => {
    const { attributes = [] } = body as { attributes?: JsonObject[] };
    return attributes;
  });
}

const catalogOf = ({ generation, streams = ["users"], columns = ["external_id"] }: SyncOptions): object => ({
  streams: streams.map((name) => ({
    stream: {
      name,
      json_schema: { type: "object", properties: Object.fromEntries(columns.map((name) => [name, {}])) },
      supported_sync_modes: ["full_refresh"],
    },
    sync_mode: "full_refresh",
    destination_sync_mode: "append",
    destination_object_name: name === "events" ? "events" : "users",
    sync_id: 42,
    generation_id: generation?.id ?? 1,
    minimum_generation_id: generation?.minimum ?? 0,
  })),
});
