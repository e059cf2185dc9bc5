import { open } from "node:fs/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { errorMessage } from "@braze-connectors/shared/airbyte/errors";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { DamagedFileError } from "./damage";
import { unpack } from "./unpack";

/** Compression method of members that are not compressed. */
const stored = 0;
/** What can stand behind the directory of a zip (APPNOTE 4.3.6): a signature, or one of the two kinds of end. */
const behindDirectory: readonly number[] = [0x05054b50, 0x06064b50, 0x06054b50];

/** A file inside a zip. */
export interface ZipMember {
  /** For messages only: nothing is ever written to a path of that name. */
  name: string;
  /** Its content in pieces; throws DamagedFileError when it does not decompress to what it should be. */
  content: AsyncGenerator<Buffer>;
}

/**
 * The members of a zip file, one after the other: read one to its end before asking for the next.
 * @throws DamagedFileError when it is not a zip file, or a damaged one
 */
export async function* readZip(path: string): AsyncGenerator<ZipMember> {
  // Names stay bytes: as strings yauzl would refuse those that are unsafe as paths, which ours never become.
  const zip = await guard(() => openPromise(path, { decodeStrings: false, autoClose: false }));
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const { done, value: entry } = await guard(() => entries.next());
      if (done) break;
      const name = printable(entry.fileNameRaw);
      // Folders, too: they hold nothing, and one that holds something is none.
      yield { name, content: readMember(path, zip, entry, name) };
    }
    await checkEnd(path, zip);
  } finally {
    zip.close();
  }
}

/**
 * No checksum covers the number of members that a zip says it has, so behind the last of them its directory
 * must be at its end.
 */
async function checkEnd(path: string, zip: ZipFile): Promise<void> {
  const file = await open(path);
  try {
    // Where yauzl is in the directory: a number, whatever its types say.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, Number(zip.readEntryCursor));
    if (bytesRead < buffer.length || !behindDirectory.includes(buffer.readUInt32LE())) {
      throw new DamagedFileError("it does not say truly how many members it has");
    }
  } finally {
    await file.close();
  }
}

/** yauzl knows where a member lies; the unpacking is ours, for it is a third of the time that a file takes. */
async function* readMember(path: string, zip: ZipFile, entry: Entry, member: string): AsyncGenerator<Buffer> {
  const why = whyUnreadable(entry);
  if (why !== undefined) throw new DamagedFileError(why, { member });
  const { fileDataStart: start } = await guard(
    () => zip.readLocalFileHeaderPromise(entry, { minimal: true }),
    member,
  );
  const end = start + entry.compressedSize;
  let bytes = 0;
  let checksum = 0;
  try {
    const unpacker = entry.compressionMethod === stored ? undefined : createInflateRaw;
    for await (const piece of start === end ? [] : unpack(path, unpacker, { start, end })) {
      bytes += piece.length;
      if (bytes > entry.uncompressedSize) break;
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (error) {
    throw damage(error, member);
  }
  if (bytes !== entry.uncompressedSize) throw new DamagedFileError("its length is wrong", { member });
  if (checksum !== entry.crc32) throw new DamagedFileError("its checksum is wrong", { member });
}

/** Why nobody without a password, or a rare decompressor, can read a member. */
function whyUnreadable(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return "it is encrypted";
  if (entry.canDecodeFileData()) return undefined;
  return `it is compressed by a method that is not supported (${entry.compressionMethod})`;
}

const longestName = 200;

function printable(raw: Buffer): string {
  const name = raw.toString("utf8").replace(/[^\x20-\x7e]/g, "?");
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

async function guard<Result>(action: () => Promise<Result>, member?: string): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw damage(error, member);
  }
}

/** yauzl throws plain errors for what is wrong with a file; those of the operating system have a `syscall`. */
function damage(error: unknown, member?: string): unknown {
  if (typeof error === "object" && error !== null && "syscall" in error) return error;
  return new DamagedFileError(`the zip data are corrupt (${errorMessage(error)})`, { cause: error, member });
}
