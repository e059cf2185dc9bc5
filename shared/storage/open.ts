import type { S3Config } from "./s3";
import type { ObjectStorage } from "./storage";

export type StorageConfig =
  | { storage_type: "None" }
  | ({ storage_type: "S3" } & S3Config)
  | { storage_type: "Local"; directory: string };

/** Opens the storage of an `object_storage_config`; undefined for None. The AWS SDK is loaded only for S3. */
export async function openStorage(config: StorageConfig): Promise<ObjectStorage | undefined> {
  switch (config.storage_type) {
    case "None":
      return undefined;
    case "S3":
      return new (await import("./s3")).S3Storage(config);
    case "Local":
      return new (await import("./local")).LocalStorage(config.directory);
  }
}
