import { S3Storage } from "@braze-connectors/shared/storage/s3";
import {
  awkwardUser,
  exportsInto,
  type SandboxBraze,
  startBraze,
  startS3,
  storageConfigOf,
  type Workspace,
} from "../sandbox";

export interface World {
  braze: SandboxBraze;
  staging: Workspace;
  sourceConfig: object;
  destinationConfig: object;
  destinationStorage: S3Storage;
  /** Lets some of Production's users gain loyalty points. */
  change(users: number): void;
  close(): Promise<void>;
}

/** Two workspaces, a bucket that Production exports to, and configs for both connectors. */
export async function openWorld(users: number): Promise<World> {
  const s3 = await startS3();
  const bucket = "demo-bucket";
  await s3.createBucket(bucket);

  const braze = await startBraze();
  const production = braze.createWorkspace({
    name: "Production",
    storage: exportsInto(s3, bucket, "braze"),
    exports: { delayMs: 1000, fileIntervalMs: 200 },
  });
  production.users.seed(Array.from({ length: users }, (_, index) => awkwardUser(index)));
  const segment = production.createSegment({ name: "All users" });

  const staging = braze.createWorkspace({ name: "Staging" });
  // Braze refuses users that it takes for dummies (post_user_track: "blacklisted and disallowed").
  staging.faults.rejectObject(({ external_id: id }) =>
    typeof id === "string" && id.endsWith("777")
      ? "provided external_id is blacklisted and disallowed"
      : null,
  );

  const storage = (path: string) => storageConfigOf(s3, bucket, path);
  const destinationStorage = new S3Storage(storage("sync"));
  return {
    braze,
    staging,
    sourceConfig: {
      url: braze.url,
      api_key: production.apiKey,
      segment_ids: [segment.id],
      segment_export: { poll_interval_seconds: 0.5, settle_seconds: 2 },
      object_storage_config: storage("braze"),
    },
    destinationConfig: {
      url: braze.url,
      api_key: staging.apiKey,
      object_storage_config: storage("sync"),
    },
    destinationStorage,
    change(count) {
      for (const user of production.users.all()) {
        if (count === 0) return;
        if (user.external_id === undefined) continue;
        user.custom_attributes.loyalty_points = 9999;
        count -= 1;
      }
    },
    async close() {
      destinationStorage.close();
      await braze.close();
      await s3.close();
    },
  };
}
