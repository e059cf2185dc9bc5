import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Finished, type RunOptions, run } from "./harness";
import type { JsonObject, SandboxBraze, Workspace, WorkspaceOptions } from "./sandbox";
import type { Storages } from "./storages";
import { sandboxForAllTests, type TestSandbox } from "./test-sandbox";

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
