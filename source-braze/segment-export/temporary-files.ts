import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { configError, errorCode, StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { checkRoom, type DiskLimits, diskLimits, limitedTo, noSpace } from "./disk-space";
import { folderPrefix, removeLeftovers } from "./leftovers";

/** A body that ended before its announced length. */
export class IncompleteBodyError extends Error {
  override readonly name = "IncompleteBodyError";
}

/**
 * The temporary folder of one read. What is downloaded lies here while it is read, so that a slow host
 * never keeps a connection to S3 or Braze waiting, a broken download can start again before anything of
 * it was emitted, and zip files, which are read from their end, are never whole in memory.
 */
export class TemporaryFiles {
  private directory: Promise<string> | undefined;
  private count = 0;

  constructor(
    private readonly parent: string = tmpdir(),
    private readonly limits: DiskLimits = diskLimits,
  ) {}

  /**
   * Writes a stream to a new file.
   * @param sizeBytes how long the stream must be, if known
   * @throws IncompleteBodyError when it is shorter or longer; StoppedError when asked to stop meanwhile;
   *   ConnectorError when the folder is full or can't be used, or the stream is longer than any export
   */
  async save(body: Readable, sizeBytes: number | undefined, stop: AbortSignal): Promise<TemporaryFile> {
    // The body may fail before the pipeline below listens to it; the pipeline notices that, too.
    body.on("error", () => undefined);
    let path: string;
    try {
      this.directory ??= this.makeDirectory();
      this.count += 1;
      path = join(await this.directory, String(this.count));
      if (sizeBytes !== undefined) await checkRoom(this.parent, sizeBytes, this.limits);
    } catch (error) {
      body.destroy();
      throw this.explain(error);
    }
    const file = createWriteStream(path, { mode: 0o600 });
    try {
      await pipeline(body, limitedTo(this.limits.fileBytes), file, { signal: stop });
    } catch (error) {
      // A file that is still being opened would come back after it was removed.
      if (!file.closed) await new Promise<void>((resolve) => file.once("close", () => resolve()));
      await rm(path, { force: true });
      if (stop.aborted) throw new StoppedError();
      throw this.explain(error);
    }
    if (sizeBytes !== undefined && file.bytesWritten !== sizeBytes) {
      await rm(path, { force: true });
      throw new IncompleteBodyError(`${file.bytesWritten} of ${sizeBytes} bytes came`);
    }
    return { path, sizeBytes: file.bytesWritten, remove: () => rm(path, { force: true }) };
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    const directory = await this.directory?.catch(() => undefined);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }

  private async makeDirectory(): Promise<string> {
    await removeLeftovers(this.parent, Date.now());
    return mkdtemp(join(this.parent, folderPrefix));
  }

  private explain(error: unknown): unknown {
    const code = errorCode(error);
    if (code === "ENOSPC" || code === "EDQUOT") {
      return noSpace(this.parent, "", error);
    }
    if (code === "ENOENT" || code === "EACCES" || code === "EROFS" || code === "ENOTDIR") {
      return configError(
        `The temporary folder ${this.parent} can't be used (${code}): set TMPDIR to a folder that can be written.`,
        { help: "folder", cause: error },
      );
    }
    return error;
  }
}

export interface TemporaryFile {
  path: string;
  sizeBytes: number;
  remove(): Promise<void>;
}
