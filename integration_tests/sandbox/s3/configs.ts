import type { ExportStorage } from "../braze/exports/storage";
import type { SandboxS3 } from "./server";

type Keys = Pick<SandboxS3, "endpoint" | "region" | "accessKeyId" | "secretAccessKey">;

/** `object_storage_config` of both connectors for a bucket, or for a path in it. */
export const storageConfigOf = (s3: Keys, bucket: string, path?: string) => ({
  storage_type: "S3" as const,
  s3_bucket_name: bucket,
  s3_bucket_region: s3.region,
  ...(path === undefined ? {} : { bucket_path: path }),
  access_key_id: s3.accessKeyId,
  secret_access_key: s3.secretAccessKey,
  s3_endpoint: s3.endpoint,
});

/** The `storage` of a workspace that exports to a bucket. */
export const exportsInto = (s3: Keys, bucket: string, rootPath?: string): ExportStorage & { kind: "s3" } => ({
  kind: "s3",
  endpoint: s3.endpoint,
  region: s3.region,
  accessKeyId: s3.accessKeyId,
  secretAccessKey: s3.secretAccessKey,
  bucket,
  ...(rootPath === undefined ? {} : { rootPath }),
});
