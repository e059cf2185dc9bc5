import { crc32, createInflateRaw } from "node:zlib";
import { errorMessage } from "@braze-connectors/shared/airbyte/errors";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { DamagedFileError } from "./damage";
import { unpack } from "./unpack";

/** Compression method of members that are not compressed. */
const stored = 0;

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
      if (done) return;
      const name = printable(entry.fileNameRaw);
      if (!name.endsWith("/")) yield { name, content: readMember(path, zip, entry) };
    }
  } finally {
    zip.close();
  }
}

/** yauzl knows where a member lies; the unpacking is ours, for it is a third of the time that a file takes. */
async function* readMember(path: string, zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData()) {
    throw new DamagedFileError("it is encrypted or compressed in a way that is not supported");
  }
  const { fileDataStart: start } = await guard(() =>
    zip.readLocalFileHeaderPromise(entry, { minimal: true }),
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
    throw damage(error);
  }
  if (bytes !== entry.uncompressedSize) throw new DamagedFileError("its length is wrong");
  if (checksum !== entry.crc32) throw new DamagedFileError("its checksum is wrong");
}

const printable = (name: Buffer): string => name.toString("utf8").replace(/[^\x20-\x7e]/g, "?");

async function guard<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw damage(error);
  }
}

/** yauzl throws plain errors for what is wrong with a file; those of the operating system have a `syscall`. */
function damage(error: unknown): unknown {
  if (typeof error === "object" && error !== null && "syscall" in error) return error;
  return new DamagedFileError(`the zip data are corrupt (${errorMessage(error)})`, { cause: error });
}
