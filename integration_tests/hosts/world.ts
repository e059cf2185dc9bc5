import {
  awkwardUser,
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  seedContent,
  startBraze,
  startS3,
  storageConfigOf,
  type Workspace,
} from "../sandbox";

const bucket = "hosts";

/** A local Braze and S3 for connectors that run under a host: a workspace to read from, one to write to. */
export class HostWorld {
  readonly users = 60;
  readonly target: Workspace;
  readonly shop: Workspace;
  readonly segmentId: string;

  private constructor(
    readonly braze: SandboxBraze,
    readonly s3: SandboxS3,
  ) {
    this.shop = braze.createWorkspace({
      name: "shop",
      storage: exportsInto(s3, bucket, "braze"),
    });
    this.shop.users.seed(Array.from({ length: this.users }, (_, index) => awkwardUser(index)));
    seedContent(this.shop);
    this.segmentId = this.shop.createSegment({ name: "All users" }).id;
    this.target = braze.createWorkspace({ name: "target" });
  }

  static async start(): Promise<HostWorld> {
    const [braze, s3] = await Promise.all([startBraze(), startS3()]);
    await s3.createBucket(bucket);
    return new HostWorld(braze, s3);
  }

  async close(): Promise<void> {
    await Promise.all([this.braze.close(), this.s3.close()]);
  }

  /** `object_storage_config` for a folder of the bucket. */
  storage(path: string): object {
    return storageConfigOf(this.s3, bucket, path);
  }

  get sourceConfig(): object {
    return {
      url: this.braze.url,
      api_key: this.shop.apiKey,
      segment_ids: [this.segmentId],
      segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.3, timeout_minutes: 0.5 },
      object_storage_config: this.storage("braze"),
    };
  }

  /** The users of the shop once more, in a workspace that has no cloud storage. */
  get linkConfig(): object {
    const workspace = this.braze.createWorkspace();
    workspace.users.seed(Array.from({ length: this.users }, (_, index) => awkwardUser(index)));
    const { id } = workspace.createSegment({ name: "All users" });
    const storage = { storage_type: "None" };
    return {
      ...this.sourceConfig,
      api_key: workspace.apiKey,
      segment_ids: [id],
      object_storage_config: storage,
    };
  }

  get destinationConfig(): object {
    return this.configOf(this.target);
  }

  /** One more workspace to write to. */
  newTarget(): Workspace {
    return this.braze.createWorkspace();
  }

  /** A config that writes to a workspace, and remembers in a folder of its own. */
  configOf({ name, apiKey }: Workspace): object {
    return {
      url: this.braze.url,
      api_key: apiKey,
      object_storage_config: this.storage(`sync-${name.toLowerCase().replaceAll(" ", "-")}`),
    };
  }

  /** What the Python tests know: see pyairbyte/world.py. */
  get told(): object {
    const { endpoint, region, accessKeyId, secretAccessKey } = this.s3;
    return {
      braze_url: this.braze.url,
      s3: { endpoint, region, bucket, access_key_id: accessKeyId, secret_access_key: secretAccessKey },
      shop: { name: this.shop.name, api_key: this.shop.apiKey },
      shop_segment: this.segmentId,
    };
  }
}
