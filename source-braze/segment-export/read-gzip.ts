import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip } from "node:zlib";
import { errorCode } from "@braze-connectors/shared/airbyte/errors";
import { DamagedFileError } from "./damage";
import { type MakeUnpacker, unpack } from "./unpack";

const trailerBytes = 4;

/**
 * The content of a gzip file, in pieces. What a truncated file still has is yielded too.
 * @throws DamagedFileError when it is truncated or corrupt
 */
export async function* readGzip(path: string): AsyncGenerator<Buffer> {
  // zlib throws away what it holds when it meets an unexpected end. Flushing yields it; whether the end
  // was the end is checked afterwards.
  const gunzip: MakeUnpacker = (options) => createGunzip({ ...options, finishFlush: constants.Z_SYNC_FLUSH });
  let contentBytes = 0;
  try {
    for await (const piece of unpack(path, gunzip)) {
      contentBytes += piece.length;
      yield piece;
    }
  } catch (error) {
    throw asDamage(error);
  }
  if ((await statedLength(path)) !== contentBytes % 2 ** 32) await verify(path);
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
    await pipeline(createReadStream(path), createGunzip(), async (chunks) => {
      for await (const _ of chunks);
    });
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
