import type { S3Config } from "./s3";
import type { ObjectStorage } from "./storage";
import { StorageThroughOutages, type ThroughOutagesOptions } from "./through-outages";

export type StorageConfig =
  | { storage_type: "None" }
  | ({ storage_type: "S3" } & S3Config)
  | { storage_type: "Local"; directory: string };

/** Attempts of the AWS client where outages are waited out by all operations together. */
const attemptsBeforeOutage = 4;

/**
 * Opens the storage of an `object_storage_config`; undefined for None. The AWS SDK is loaded only for S3.
 * @param outages how outages of S3 are waited out, if they are; a local folder has none
 */
export async function openStorage(
  config: StorageConfig,
  outages?: ThroughOutagesOptions,
): Promise<ObjectStorage | undefined> {
  switch (config.storage_type) {
    case "None":
      return undefined;
    case "S3": {
      const { S3Storage } = await import("./s3");
      if (!outages || outages.maxMs === 0) return new S3Storage(config);
      return new StorageThroughOutages(new S3Storage(config, attemptsBeforeOutage), outages);
    }
    case "Local":
      return new (await import("./local")).LocalStorage(config.directory);
  }
}
