import { statfs } from "node:fs/promises";
import { type ConnectorError, systemError, transientError } from "@braze-connectors/shared/airbyte/errors";
import { megabytes } from "../wording";
import { fileLimits, sizeForPeople } from "./limits";

/** What may be put on the disk. */
export interface DiskLimits {
  /** The largest file. */
  fileBytes: number;
  /** Space left in a folder. */
  freeBytes(folder: string): Promise<number>;
}

export const diskLimits: DiskLimits = {
  fileBytes: fileLimits.fileBytes,
  freeBytes: async (folder) => {
    const { blocks, bavail, bsize } = await statfs(folder);
    // Some virtual file systems do not count.
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  },
};

/** A file that is larger than any export file. */
export const tooLarge = (fileBytes: number): ConnectorError =>
  systemError(
    `A file of the export is larger than ${sizeForPeople(fileBytes)}, which no export is; it is not downloaded.`,
    { help: "export-damaged" },
  );

/**
 * Finds out before a download whether there is room for it: a disk filled to the brim hurts others, too.
 * @param folder that exists
 * @throws transient_error when there is none; system_error for a file larger than any export
 */
export async function checkRoom(
  folder: string,
  sizeBytes: number,
  { fileBytes, freeBytes }: DiskLimits,
): Promise<void> {
  if (sizeBytes > fileBytes) throw tooLarge(fileBytes);
  const free = await freeBytes(folder);
  if (sizeBytes > free) {
    throw noSpace(folder, ` (${megabytes(sizeBytes)} are needed, ${megabytes(free)} are free)`);
  }
}

export const noSpace = (folder: string, detail = "", cause?: unknown): ConnectorError =>
  transientError(
    `There is no space left in the temporary folder ${folder}, where export files lie while they are read${detail}: make room, or set TMPDIR to a folder with more.`,
    { help: "disk-full", cause },
  );

/** Passes a body on, as long as it is not larger than any export file. */
export function limitedTo(fileBytes: number) {
  return async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > fileBytes) throw tooLarge(fileBytes);
      yield chunk;
    }
  };
}
