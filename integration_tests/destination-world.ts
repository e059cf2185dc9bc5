import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type Command,
  type FileContent,
  type Finished,
  type Running,
  type RunOptions,
  start,
} from "./harness";
import type { JsonObject, SandboxBraze, Workspace, WorkspaceOptions } from "./sandbox";
import type { Storages } from "./storages";
import { sandboxForAllTests, type TestSandbox } from "./test-sandbox";
import { catalogOf } from "./write-world";

export const usersEventsAndPurchases = catalogOf("users", "events", "purchases");

export interface World {
  workspace: Workspace;
  config: JsonObject;
  /** Where the destination keeps its files. */
  folder: string;
}

/** A local Braze, and what every run of the destination against it has to keep to. */
export class DestinationWorlds {
  private readonly runs: Finished[] = [];

  private constructor(private readonly sandbox: TestSandbox) {}

  /** To be called once at the top of a file: open while its tests run, and each of them is checked for clean runs. */
  static forAllTests(): DestinationWorlds {
    const worlds = new DestinationWorlds(sandboxForAllTests());
    afterEach(() => worlds.expectCleanRuns());
    return worlds;
  }

  get braze(): SandboxBraze {
    return this.sandbox.braze;
  }

  get storages(): Storages {
    return this.sandbox.storages;
  }

  /** A workspace and a config that writes to it, keeping its files in a folder of its own. */
  world(options: WorkspaceOptions = {}, config: JsonObject = {}): World {
    const workspace = this.braze.createWorkspace(options);
    const folder = this.storages.folder();
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

  /** As `start` of the harness; what the run says is checked after the test. */
  async start(command: Command, options: RunOptions = {}): Promise<Running> {
    const running = await start("destination-braze", command, options);
    void running.finished.then((finished) => this.runs.push(finished));
    return running;
  }

  async run(command: Command, options: RunOptions = {}): Promise<Finished> {
    return (await this.start(command, options)).finished;
  }

  startWrite(
    { config }: { config: FileContent },
    input: RunOptions["input"],
    catalog: FileContent = usersEventsAndPurchases,
  ): Promise<Running> {
    return this.start("write", { config, catalog, input });
  }

  async write(...args: Parameters<DestinationWorlds["startWrite"]>): Promise<Finished> {
    return (await this.startWrite(...args)).finished;
  }

  discover({ config }: World): Promise<Finished> {
    return this.run("discover", { config });
  }

  /** No run says what is no message, or a secret, or sends two at a time for one user. */
  private expectCleanRuns(): void {
    for (const finished of this.runs.splice(0)) {
      expect(finished.invalidLines).toEqual([]);
      expect(finished.stderr).toBe("");
      const secrets = [
        ...this.braze.workspaces.map(({ apiKey }) => apiKey),
        this.storages.s3.secretAccessKey,
      ];
      for (const secret of secrets) expect(finished.everything).not.toContain(secret);
    }
    for (const { overlaps } of this.braze.workspaces) expect(overlaps).toEqual([]);
  }
}

export interface RejectedRecord {
  stream: string;
  record: JsonObject;
  reasons: { code: string; message: string }[];
}

/** The rejected records of a sync, or of one of its streams, in the order in which they were written. */
export async function rejectedRecords({ folder }: World, stream = ""): Promise<RejectedRecord[]> {
  const root = join(folder, "42", "rejected", stream);
  const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.filter((file) => !file.endsWith(".jsonl.gz"))).toEqual([]);
  return (await Promise.all(files.sort().map((file) => readFile(file)))).flatMap(rejectedLines);
}

export const rejectedLines = (gzipped: Uint8Array): RejectedRecord[] =>
  gunzipSync(gzipped)
    .toString()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));

export const reportOf = async ({ folder }: World): Promise<JsonObject> =>
  JSON.parse(await readFile(join(folder, "42", "report.json"), "utf8"));
