import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { DamagedFileError } from "./damage";

/**
 * Looks at what stands behind the gzip data of a file. zlib stops reading where it finds a zero: padding is
 * fine (RFC 1952 is silent, gzip itself takes it), but anything else could be users that nobody has read.
 * @param readBytes how much of the file zlib has read
 * @throws DamagedFileError for anything but zeros
 */
export async function checkTail(path: string, readBytes: number): Promise<void> {
  if ((await stat(path)).size <= readBytes) return;
  for await (const chunk of createReadStream(path, { start: readBytes })) {
    if ((chunk as Buffer).some((byte) => byte !== 0)) {
      throw new DamagedFileError("there are data behind its end");
    }
  }
}
