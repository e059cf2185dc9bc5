/** What the sandbox uses of @20minutes/s3rver, which comes without types. */
declare module "@20minutes/s3rver" {
  import type { RequestListener } from "node:http";
  import type { Readable } from "node:stream";

  interface S3rverOptions {
    directory: string;
    silent?: boolean;
    vhostBuckets?: boolean;
    allowMismatchedSignatures?: boolean;
  }

  interface S3rverStore {
    /** Writes an object's bytes to a path below the directory. Resolves to size and MD5 (hex). */
    putContent(objectPath: string, content: Readable | Buffer): Promise<[sizeBytes: number, md5: string]>;
    deleteObject(bucket: string, key: string): Promise<void>;
    putBucket(bucket: string): Promise<unknown>;
    existsObject(bucket: string, key: string): Promise<boolean>;
  }

  export default class S3rver {
    constructor(options: S3rverOptions);
    readonly store: S3rverStore;
    readonly logger: { exceptions: { unhandle(): void }; close(): void };
    /** Koa's error events; without a listener Koa prints every error to stderr. */
    on(event: "error", listener: (error: unknown) => void): this;
    getMiddleware(): RequestListener;
  }
}

declare module "@20minutes/s3rver/lib/models/account" {
  interface AwsAccount {
    createKeyPair(accessKeyId: string, secretAccessKey: string): void;
    revokeAccessKey(accessKeyId: string): void;
  }
  const account: { DUMMY_ACCOUNT: AwsAccount };
  export default account;
}

declare module "@20minutes/s3rver/lib/controllers/bucket" {
  interface ListBucketResult {
    Marker?: string;
    NextMarker?: string;
    IsTruncated?: boolean;
    Contents?: { Key: string }[];
    CommonPrefixes?: { Prefix: string }[];
    [element: string]: unknown;
  }

  /** The part of Koa's context that a listing touches. */
  export interface ListContext {
    query: Record<string, string | undefined>;
    body: { ListBucketResult: ListBucketResult };
  }

  const controller: { getBucket(context: ListContext): Promise<void> };
  export default controller;
}
