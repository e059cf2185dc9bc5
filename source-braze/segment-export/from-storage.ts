import { type ConnectorError, systemError, transientError } from "@braze-connectors/shared/airbyte/errors";
import { ownedBy } from "@braze-connectors/shared/shard";
import {
  ObjectNotFoundError,
  type ObjectStorage,
  type StoredObject,
} from "@braze-connectors/shared/storage/storage";
import { count, megabytes } from "../wording";
import type { Changes } from "./changes/changes";
import { DamagedFileError } from "./damage";
import { type Downloaded, Downloads } from "./downloads";
import { emitFile } from "./emit-file";
import { ExportFiles, fileId } from "./files";
import type { ExportJob } from "./job";
import { parseLine } from "./json-line";
import { type ExportPlace, listEverywhere, listExpected, segmentIn } from "./listing";
import { stateIsDue } from "./state";

const searchEveryMs = 60_000;

/**
 * Reads an export as Braze writes it to the workspace's storage: every file as soon as it is listed (objects
 * appear whole), until the files stop changing.
 */
export async function readFromStorage(job: ExportJob, storage: ObjectStorage): Promise<void> {
  const { temporary, context } = job.means;
  const downloads = new Downloads(storage, temporary, context.stop, context.log);
  try {
    await readFiles(job, storage, downloads);
  } finally {
    await downloads.close();
  }
}

async function readFiles(job: ExportJob, storage: ObjectStorage, downloads: Downloads): Promise<void> {
  const { clock, sharing } = job.means;
  const owns = sharing && ownedBy(sharing.shard);
  const files = new ExportFiles(job.progress.files, job.changes !== undefined, owns);
  const search = new Search(
    storage,
    {
      segmentId: job.segment.isControlGroup ? undefined : job.segment.id,
      objectPrefix: job.progress.objectPrefix,
      requestedAtMs: job.requestedAtMs,
    },
    job.startedAtMs,
  );
  let lookedAtMs: number | undefined;
  let changedAtMs = job.startedAtMs;
  let changedAfterMs: number | undefined;
  let readBytes = 0;
  let filesSinceState = 0;
  for (;;) {
    const nowMs = clock.now();
    const isContinued = files.count === 0 && job.progress.files.length > 0;
    const { added, lost, lostFromBefore } = files.look(await search.look(nowMs, isContinued));
    if (lost.length + lostFromBefore.length > 0) throw vanished(job);
    if (added.length > 0) {
      // What was found was there at the latest when the answer came, perhaps not before: listing may take long.
      changedAtMs = clock.now();
      changedAfterMs = lookedAtMs;
    }
    lookedAtMs = nowMs;
    const look = job.look(nowMs, files.count, changedAtMs, changedAfterMs);
    let verdict = await job.judge(look);
    if (verdict !== "wait" && files.count === 0) {
      // Before it is given up, the export is looked for in every folder.
      files.look(await search.look(nowMs, true));
      if (files.count > 0) {
        changedAtMs = clock.now();
        verdict = "wait";
      }
    }

    const toRead = [
      ...files.unreadAgain().map((file) => ({ file, again: job.changes })),
      ...files.unread().map((file) => ({ file, again: undefined })),
    ];
    for (const [index, { file, again }] of toRead.entries()) {
      readBytes += await readFile(job, await take(job, downloads, file, toRead[index + 1]?.file), again);
      files.markRead(file);
      if (again) continue;
      filesSinceState += 1;
      job.note({ files: files.readIds });
      if (stateIsDue(files.readIds.length, filesSinceState)) {
        await job.means.book.emit();
        filesSinceState = 0;
      }
    }

    const seen = files.count === 0 ? "nothing appeared" : `${count(files.count, "file")} so far`;
    if (verdict === "timed out") throw job.timedOut(seen);
    if (verdict === "complete" || verdict === "empty") return job.finish(files.ownCount, readBytes);
    await job.pause(look, `${seen} at ${job.place}`);
  }
}

/** Finds the files of an export: where they should be, and from time to time, or when it matters, everywhere. */
class Search {
  private areElsewhere = false;

  constructor(
    private readonly storage: ObjectStorage,
    private place: ExportPlace,
    private searchedAtMs: number,
  ) {}

  async look(nowMs: number, thoroughly: boolean): Promise<StoredObject[]> {
    if (this.areElsewhere) return listEverywhere(this.storage, this.place);
    if (this.place.segmentId === undefined) return this.findFolder();
    const expected = await listExpected(this.storage, this.place, nowMs);
    if (expected.length > 0 || !(thoroughly || nowMs - this.searchedAtMs >= searchEveryMs)) return expected;
    this.searchedAtMs = nowMs;
    const found = await listEverywhere(this.storage, this.place);
    this.areElsewhere = found.length > 0;
    return found;
  }

  /** Looks for the control group's folder: from the first file on it is known. */
  private async findFolder(): Promise<StoredObject[]> {
    const found = await listEverywhere(this.storage, this.place);
    const [first] = found;
    if (first !== undefined) this.place = { ...this.place, segmentId: segmentIn(first.key) };
    return found;
  }
}

/** Downloads a file. @param next the one after it, if it is known */
async function take(
  job: ExportJob,
  downloads: Downloads,
  object: StoredObject,
  next: StoredObject | undefined,
): Promise<Downloaded> {
  try {
    return await downloads.take(object, next);
  } catch (error) {
    throw error instanceof ObjectNotFoundError ? vanished(job) : error;
  }
}

/**
 * @param again given when an earlier run emitted the file's records: then nothing is emitted, only compared
 * @returns the size of the file, bytes
 */
async function readFile(
  job: ExportJob,
  { object, name, file }: Downloaded,
  again?: Changes,
): Promise<number> {
  const { log, stop } = job.means.context;
  try {
    const taker = again ? { take: (line: Buffer) => noteOnly(again, line) } : job.taker;
    const users = await emitFile({ path: file.path, name, taker, stop });
    log.info(
      `${count(users, "user")} of ${job.name} read${again ? " again, for the index," : ""} from ${object.key.split("/").at(-1)} (${megabytes(file.sizeBytes)}).`,
    );
    if (!again) job.note({ users: job.progress.users + users, damagedFile: undefined });
    return file.sizeBytes;
  } catch (error) {
    if (error instanceof DamagedFileError) throw await damaged(job, object, error);
    throw error;
  } finally {
    await file.remove();
  }
}

function noteOnly(changes: Changes, line: Buffer): undefined {
  changes.isNews(parseLine(line));
}

function vanished(job: ExportJob): ConnectorError {
  job.means.book.forget(job.segment.id);
  return transientError(
    `Files of the export of ${job.name} are gone from ${job.place}: Braze, or a rule of the bucket, deleted them before all were read. The next sync exports the segment anew.`,
    { help: "export-vanished" },
  );
}

/** A damaged file is tried once more by the next sync, with the rest of the export; then the export is given up. */
async function damaged(job: ExportJob, file: StoredObject, error: DamagedFileError): Promise<ConnectorError> {
  const again = job.progress.damagedFile === fileId(file);
  if (again) job.means.book.forget(job.segment.id);
  else {
    job.note({ damagedFile: fileId(file) });
    await job.means.book.emit();
  }
  const next = again ? "exports the segment anew" : "tries this file once more";
  return systemError(`The export of ${job.name} is damaged: ${error.message}. The next sync ${next}.`, {
    help: "export-damaged",
    cause: error,
  });
}
