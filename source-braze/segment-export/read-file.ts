import { open, stat } from "node:fs/promises";
import { type LineSpans, readLines } from "@braze-connectors/shared/airbyte/lines";
import { ContentMeter, metered } from "./content-meter";
import { DamagedFileError } from "./damage";
import { type FileLimits, fileLimits, sizeForPeople } from "./limits";
import { readGzip } from "./read-gzip";
import { readZip } from "./read-zip";
import { unpack } from "./unpack";

/** Lines of an export file. */
export interface FileLines extends LineSpans {
  /** The file inside the zip, for zip files. */
  member: string | undefined;
}

export type FileFormat = "gzip" | "zip" | "plain";

/**
 * Tells the format of a file by its first bytes: names lie. A proxy in front of a bucket may even have
 * decompressed what was stored as gzip.
 */
export function formatOf(firstBytes: Buffer): FileFormat {
  if (firstBytes[0] === 0x1f && firstBytes[1] === 0x8b) return "gzip";
  if (firstBytes[0] === 0x50 && firstBytes[1] === 0x4b) return "zip";
  if (firstBytes.length === 0) throw new DamagedFileError("the file is empty");
  if (startsPlain(firstBytes)) return "plain";
  throw new DamagedFileError("the file is neither gzip nor zip");
}

const byteOrderMark = Buffer.from("\ufeff");

/** A brace, perhaps behind a byte order mark. */
const startsPlain = (bytes: Buffer): boolean =>
  bytes[bytes.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0] === 0x7b;

/**
 * The lines of an export file, whatever its format, as they come.
 * @throws DamagedFileError for a file that can't be read to its end, after the lines before the damage
 */
export async function* readFileLines(
  path: string,
  limits: FileLimits = fileLimits,
): AsyncGenerator<FileLines> {
  const meter = new ContentMeter((await stat(path)).size, limits);
  const linesIn = (chunks: AsyncIterable<Buffer | string>, member?: string): AsyncGenerator<FileLines> =>
    linesOf(metered(chunks, meter), member, limits.lineBytes);
  switch (formatOf(await firstBytesOf(path))) {
    case "gzip":
      yield* linesIn(readGzip(path));
      return;
    case "zip":
      for await (const { name, content } of readZip(path)) yield* linesIn(content, name);
      return;
    case "plain":
      yield* linesIn(unpack(path, undefined));
  }
}

async function* linesOf(
  chunks: AsyncIterable<Buffer | string>,
  member: string | undefined,
  maxLineBytes: number,
): AsyncGenerator<FileLines> {
  const tooLong = (line: number): Error =>
    new DamagedFileError(`line ${line} is longer than ${sizeForPeople(maxLineBytes)}`);
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
