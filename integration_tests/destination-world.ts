import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Finished, type RunOptions, run } from "./harness";
import {
  type JsonObject,
  type SandboxBraze,
  startBraze,
  type Workspace,
  type WorkspaceOptions,
} from "./sandbox";

/** A stream of a configured catalog: its name, its columns, and what is not usual about it. */
export type StreamOptions = { name: string; columns?: string[]; mode?: string } & JsonObject;

export const catalogOf = (...streams: StreamOptions[]) => ({
  streams: streams.map(({ name, columns = [], mode = "append", ...rest }) => ({
    stream: {
      name,
      json_schema: { type: "object", properties: Object.fromEntries(columns.map((each) => [each, {}])) },
      supported_sync_modes: ["full_refresh"],
    },
    sync_mode: "full_refresh",
    destination_sync_mode: mode,
    sync_id: 42,
    generation_id: 1,
    minimum_generation_id: 0,
    ...rest,
  })),
});

export const line = (message: object): string => `${JSON.stringify(message)}\n`;
export const record = (stream: string, data: object): string =>
  line({ type: "RECORD", record: { stream, data, emitted_at: 1 } });
export const state = (stream: string, position: number): string =>
  line({
    type: "STATE",
    state: { type: "STREAM", stream: { stream_descriptor: { name: stream }, stream_state: { position } } },
  });

export interface World {
  workspace: Workspace;
  config: JsonObject;
  /** Where the destination keeps its files. */
  folder: string;
}

/** A local Braze, and what every run of the destination against it has to keep to. */
export class DestinationWorlds {
  private worlds = 0;
  private readonly runs: Finished[] = [];

  private constructor(
    readonly braze: SandboxBraze,
    private readonly directory: string,
  ) {}

  static async open(): Promise<DestinationWorlds> {
    return new DestinationWorlds(await startBraze(), await mkdtemp(join(tmpdir(), "destination-braze-")));
  }

  async close(): Promise<void> {
    await Promise.all([this.braze.close(), rm(this.directory, { recursive: true, force: true })]);
  }

  /** A workspace and a config that writes to it, keeping its files in a folder of its own. */
  world(options: WorkspaceOptions = {}, config: JsonObject = {}): World {
    const workspace = this.braze.createWorkspace(options);
    this.worlds += 1;
    const folder = join(this.directory, String(this.worlds));
    return {
      workspace,
      folder,
      config: {
        url: this.braze.url,
        api_key: workspace.apiKey,
        object_storage_config: { storage_type: "Local", directory: folder },
        ...config,
      },
    };
  }

  async write({ config }: World, input: RunOptions["input"], catalog: object): Promise<Finished> {
    const finished = await run("destination-braze", "write", { config, catalog, input });
    this.runs.push(finished);
    return finished;
  }

  async discover({ config }: World): Promise<Finished> {
    const finished = await run("destination-braze", "discover", { config });
    this.runs.push(finished);
    return finished;
  }

  /** To be called after each test: no run says what is no message, or a secret, or sends two at a time for one user. */
  expectCleanRuns(): void {
    for (const finished of this.runs.splice(0)) {
      expect(finished.invalidLines).toEqual([]);
      expect(finished.stderr).toBe("");
      for (const { apiKey } of this.braze.workspaces) expect(finished.everything).not.toContain(apiKey);
    }
    for (const { overlaps } of this.braze.workspaces) expect(overlaps).toEqual([]);
  }
}

export interface RejectedRecord {
  stream: string;
  record: JsonObject;
  reasons: { code: string; message: string }[];
}

/** The rejected records of a sync, in the order in which they were written. */
export async function rejectedRecords({ folder }: World, syncId = 42): Promise<RejectedRecord[]> {
  const root = join(folder, String(syncId), "rejected");
  const files = await readdir(root, { recursive: true }).catch(() => []);
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith(".gz"))
      .sort()
      .map(async (file) => gunzipSync(await readFile(join(root, file))).toString()),
  );
  return texts.flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each) as RejectedRecord),
  );
}
