import type { Readable } from "node:stream";

/** An object as a listing shows it. */
export interface StoredObject {
  /** Key below the storage's root, with forward slashes. */
  key: string;
  sizeBytes: number;
}

/** The object is not there (any more). */
export class ObjectNotFoundError extends Error {
  override readonly name = "ObjectNotFoundError";
  constructor(readonly key: string) {
    super(`There is no object ${key}.`);
  }
}

/**
 * What the connectors need of a place for files: S3 or a local folder. Keys are relative to the
 * configured root (`bucket_path`, `directory`). Failures a user can mend are thrown as ConnectorError.
 */
export interface ObjectStorage {
  /** Where it is, for people: `s3://bucket/path` or a folder. */
  readonly location: string;
  /** All objects whose key starts with a prefix, in the order of their keys. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Opens an object. @throws ObjectNotFoundError */
  read(key: string): Promise<Readable>;
  /** Stores an object whole: a reader sees the old content or the new, never a part. */
  write(key: string, bytes: Buffer): Promise<void>;
  /** Removes objects; those that are not there count as removed. */
  remove(keys: readonly string[]): Promise<void>;
  /**
   * Resolves when no outage is being waited out: before work whose result has to be remembered.
   * @throws StoppedError; transient_error when the outage lasts too long
   */
  untilUsable?(): Promise<void>;
  close(): void;
}

/** Reads an object whole. For small objects. */
export async function readAll(storage: ObjectStorage, key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await storage.read(key)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
