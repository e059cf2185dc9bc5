import { open } from "node:fs/promises";
import { type LineBatch, readLines } from "@braze-connectors/shared/airbyte/lines";
import { DamagedFileError } from "./damage";
import { readGzip } from "./read-gzip";
import { readZip } from "./read-zip";
import { unpack } from "./unpack";

/** Lines of an export file. */
export interface FileLines extends LineBatch {
  /** The file inside the zip, for zip files. */
  member: string | undefined;
}

/** Longest line, bytes: as long as the longest message that our destination takes. */
export const maxLineBytes = 64 * 1024 * 1024;

export type FileFormat = "gzip" | "zip" | "plain";

/**
 * Tells the format of a file by its first bytes: names lie. A proxy in front of a bucket may even have
 * decompressed what was stored as gzip.
 */
export function formatOf(firstBytes: Buffer): FileFormat {
  if (firstBytes[0] === 0x1f && firstBytes[1] === 0x8b) return "gzip";
  if (firstBytes[0] === 0x50 && firstBytes[1] === 0x4b) return "zip";
  if (firstBytes.length === 0) throw new DamagedFileError("the file is empty");
  if (firstBytes[0] === 0x7b) return "plain";
  throw new DamagedFileError("the file is neither gzip nor zip");
}

/**
 * The lines of an export file, whatever its format, as they come.
 * @throws DamagedFileError for a file that can't be read to its end, after the lines before the damage
 */
export async function* readFileLines(path: string): AsyncGenerator<FileLines> {
  switch (formatOf(await firstBytesOf(path))) {
    case "gzip":
      yield* linesOf(readGzip(path), undefined);
      return;
    case "zip":
      for await (const { name, content } of readZip(path)) yield* linesOf(content, name);
      return;
    case "plain":
      yield* linesOf(unpack(path, undefined), undefined);
  }
}

async function* linesOf(
  chunks: AsyncIterable<Buffer | string>,
  member: string | undefined,
): AsyncGenerator<FileLines> {
  const tooLong = (line: number): Error =>
    new DamagedFileError(`line ${line} is longer than ${maxLineBytes / 1024 ** 2} MiB`);
  let damage: unknown;
  const untilDamage = async function* (): AsyncGenerator<Buffer | string> {
    try {
      yield* chunks;
    } catch (error) {
      damage = error;
    }
  };
  for await (const batch of readLines(untilDamage(), maxLineBytes, tooLong)) {
    // What follows the damage is the line that it cut in two.
    if (damage === undefined) yield { ...batch, member };
  }
  if (damage !== undefined) throw damage;
}

async function firstBytesOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
