import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type S3rver from "@20minutes/s3rver";
import { AwsChunkedDecoder } from "./aws-chunked";

/** Value of `x-amz-content-sha256` for a body that `AwsChunkedDecoder` can read. */
export const FRAMED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/** Requests whose body is framed so. */
export const framedWithTrailer = new WeakSet<object>();

/**
 * Where s3rver 4.0.4 differs from S3 in ways that a test could stumble over, its store is put right:
 * an object appears all at once (S3 has no half-written objects), bodies framed with a trailer are
 * unpacked, and deletes run one after the other (two at once trip over emptied folders).
 */
export function makeFaithful(store: S3rver["store"], incomingDirectory: string): void {
  const putContent = store.putContent.bind(store);
  store.putContent = async (objectPath, content) => {
    const partial = join(incomingDirectory, randomUUID());
    try {
      const written = await putContent(partial, unframed(content));
      await mkdir(dirname(objectPath), { recursive: true });
      await rename(partial, objectPath);
      return written;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  };

  const deleteObject = store.deleteObject.bind(store);
  let lastDelete: Promise<void> = Promise.resolve();
  store.deleteObject = (bucket, key) => {
    lastDelete = lastDelete.then(
      () => deleteObject(bucket, key),
      () => deleteObject(bucket, key),
    );
    return lastDelete;
  };
}

function unframed(content: Readable | Buffer): Readable {
  // A stream, because s3rver reports buffers as written before they are.
  if (Buffer.isBuffer(content)) return Readable.from([content]);
  if (!framedWithTrailer.has(content)) return content;
  const decoder = new AwsChunkedDecoder();
  content.on("error", (error) => decoder.destroy(error));
  return content.pipe(decoder);
}
