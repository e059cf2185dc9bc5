import { open } from "node:fs/promises";
import { constants, createGunzip, type Gunzip } from "node:zlib";
import { errorCode } from "@braze-connectors/shared/airbyte/errors";
import { DamagedFileError } from "./damage";
import { checkTail } from "./gzip-tail";
import { type MakeUnpacker, unpack } from "./unpack";

const trailerBytes = 4;

/**
 * The content of a gzip file, in pieces. What a truncated file still has is yielded too.
 * @throws DamagedFileError when it is truncated or corrupt
 */
export async function* readGzip(path: string): AsyncGenerator<Buffer> {
  // zlib throws away what it holds when it meets an unexpected end. Flushing yields it; whether the end
  // was the end is checked afterwards.
  let gunzip: Gunzip | undefined;
  const make: MakeUnpacker = (options) => {
    gunzip = createGunzip({ ...options, finishFlush: constants.Z_SYNC_FLUSH });
    return gunzip;
  };
  let contentBytes = 0;
  try {
    for await (const piece of unpack(path, make)) {
      contentBytes += piece.length;
      yield piece;
    }
  } catch (error) {
    throw asDamage(error);
  }
  await checkTail(path, gunzip?.bytesWritten ?? 0);
  // Of a file that ends in its header nothing comes either, and the header holds zeros, too.
  if (contentBytes === 0 || (await statedLength(path)) !== contentBytes % 2 ** 32) await verify(path);
}

/** The length of the content as the last bytes of a gzip file state it, modulo 2^32 (RFC 1952). */
async function statedLength(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size < trailerBytes) return undefined;
    const { buffer } = await file.read(Buffer.alloc(trailerBytes), 0, trailerBytes, size - trailerBytes);
    return buffer.readUInt32LE();
  } finally {
    await file.close();
  }
}

/** Decompresses strictly: also tells a file of several gzip members, which is fine, from a truncated one. */
async function verify(path: string): Promise<void> {
  try {
    for await (const _ of unpack(path, createGunzip));
  } catch (error) {
    throw asDamage(error);
  }
}

function asDamage(error: unknown): unknown {
  const code = errorCode(error);
  if (code === "Z_BUF_ERROR") return new DamagedFileError("the file is truncated", { cause: error });
  if (code?.startsWith("Z_")) {
    return new DamagedFileError(`the gzip data are corrupt (${code})`, { cause: error });
  }
  return error;
}
