/** Places for a test's files: folders, or buckets of the sandbox's S3. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StorageConfig } from "@braze-connectors/shared/storage/open";
import { type SandboxS3, startS3, storageConfigOf } from "./sandbox";

export class Storages {
  private count = 0;

  private constructor(
    readonly s3: SandboxS3,
    private readonly directory: string,
  ) {}

  static async open(): Promise<Storages> {
    return new Storages(await startS3(), await mkdtemp(join(tmpdir(), "storages-")));
  }

  /** A place that nobody else uses. */
  async create(kind: "Local" | "S3"): Promise<StorageConfig> {
    return kind === "Local" ? { storage_type: "Local", directory: this.folder() } : this.bucket();
  }

  /** A bucket that nobody else uses. */
  async bucket() {
    this.count += 1;
    const bucket = `place-${this.count}`;
    await this.s3.createBucket(bucket);
    return storageConfigOf(this.s3, bucket);
  }

  /** A folder that nobody else uses; it is not made yet. */
  folder(): string {
    this.count += 1;
    return join(this.directory, String(this.count));
  }

  async close(): Promise<void> {
    await Promise.all([this.s3.close(), rm(this.directory, { recursive: true, force: true })]);
  }
}
