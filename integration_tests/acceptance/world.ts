import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "../harness";
import {
  awkwardUser,
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  seedContent,
  startBraze,
  startS3,
  storageConfigOf,
} from "../sandbox";
import type { Given } from "./subject";

const bucket = "acceptance";
/** What Braze or S3 would have to know for it to be right. */
const wrongKey = "wrong-key-00000000";

/** A local Braze and S3 with some of everything, and what the checks need to know of both connectors. */
export class AcceptanceWorld {
  private constructor(
    private readonly braze: SandboxBraze,
    private readonly s3: SandboxS3,
    private readonly folder: string,
    readonly given: Readonly<Record<Connector, Given>>,
  ) {}

  static async start(): Promise<AcceptanceWorld> {
    const [braze, s3, folder] = await Promise.all([
      startBraze(),
      startS3(),
      mkdtemp(join(tmpdir(), "acceptance-")),
    ]);
    await s3.createBucket(bucket);
    return new AcceptanceWorld(braze, s3, folder, {
      "source-braze": source(braze, s3),
      "destination-braze": destination(braze, s3, folder),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.braze.close(), this.s3.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function source(braze: SandboxBraze, s3: SandboxS3): Given {
  const workspace = braze.createWorkspace({
    storage: exportsInto(s3, bucket, "exports"),
  });
  // All but those with dates in the forms that people write them in: Braze exports dates in one.
  const users = Array.from({ length: 100 }, (_, index) => awkwardUser(index));
  workspace.users.seed(users.filter((_, index) => index % 20 !== 16));
  seedContent(workspace);
  const segment = workspace.createSegment({ id: "segment-all", name: "All users" });
  const config = {
    url: braze.url,
    api_key: workspace.apiKey,
    segment_ids: [segment.id],
    app_ids: ["app-1"],
    segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.3, timeout_minutes: 0.5 },
    object_storage_config: storageConfigOf(s3, bucket, "exports"),
  };
  return {
    connector: "source-braze",
    config,
    refused: {
      ...refusedByBraze(config),
      "an unknown segment": { ...config, segment_ids: ["no-such-segment"] },
    },
    secrets: [workspace.apiKey, s3.secretAccessKey, wrongKey],
  };
}

function destination(braze: SandboxBraze, s3: SandboxS3, folder: string): Given {
  const workspace = braze.createWorkspace();
  const config = {
    url: braze.url,
    api_key: workspace.apiKey,
    object_storage_config: storageConfigOf(s3, bucket, "sync"),
  };
  const local = { storage_type: "Local", directory: "/dev/null/nowhere" };
  return {
    connector: "destination-braze",
    config,
    refused: {
      ...refusedByBraze(config),
      "a folder that can't be": { ...config, object_storage_config: local },
      "a mapping onto nothing": {
        ...config,
        object_storage_config: { storage_type: "Local", directory: folder },
        streams: [{ stream: "contacts", object: "no-such-object" }],
      },
    },
    secrets: [workspace.apiKey, s3.secretAccessKey, wrongKey],
  };
}

const refusedByBraze = (config: { object_storage_config: object }) => ({
  "a key that Braze does not know": { ...config, api_key: wrongKey },
  "nobody at the address": { ...config, url: "http://127.0.0.1:9" },
  "no key": { ...config, api_key: undefined },
  "a wrong type": { ...config, object_storage_config: "S3" },
  "keys that S3 does not know": {
    ...config,
    object_storage_config: { ...config.object_storage_config, secret_access_key: wrongKey },
  },
});
