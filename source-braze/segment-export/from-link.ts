import {
  ConnectorError,
  errorMessage,
  StoppedError,
  systemError,
} from "@braze-connectors/shared/airbyte/errors";
import type { Dispatcher } from "undici";
import { megabytes } from "../wording";
import { DamagedFileError } from "./damage";
import { emitFile } from "./emit-file";
import type { ExportJob } from "./job";
import { askLink } from "./link";
import { stateIsDue } from "./state";
import type { TemporaryFile } from "./temporary-files";

/**
 * Reads an export through Braze's download link: waits until the link is ready, downloads the zip to a
 * temporary file, reads its members.
 *
 * The link is a secret, so no state holds it: a sync that is interrupted asks Braze for a new export.
 */
export async function readFromLink(job: ExportJob, link: URL, dispatcher: Dispatcher): Promise<void> {
  const file = await waitForFile(job, link, dispatcher);
  if (file === undefined) return job.finish(0, 0);
  const { book, context } = job.means;
  const { log, stop } = context;
  let membersRead = 0;
  let membersSinceState = 0;
  try {
    log.info(`The export of ${job.name} is ready and downloaded (${megabytes(file.sizeBytes)}).`);
    const users = await emitFile({
      path: file.path,
      name: "the download",
      taker: job.taker,
      stop,
      afterMember: async (usersSoFar) => {
        membersRead += 1;
        membersSinceState += 1;
        job.note({ users: usersSoFar });
        if (!stateIsDue(membersRead, membersSinceState)) return;
        await book.emit();
        membersSinceState = 0;
      },
    });
    job.note({ users });
    job.finish(1, file.sizeBytes);
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    book.forget(job.segment.id);
    throw systemError(
      `The export of ${job.name} is damaged: ${error.message}. The next sync exports the segment anew.`,
      { help: "export-damaged", cause: error },
    );
  } finally {
    await file.remove();
  }
}

/** @returns undefined when the segment is empty */
async function waitForFile(
  job: ExportJob,
  link: URL,
  dispatcher: Dispatcher,
): Promise<TemporaryFile | undefined> {
  const { clock, temporary, context } = job.means;
  const { log, stop } = context;
  for (;;) {
    const look = job.look(clock.now(), 0, job.startedAtMs);
    const answer = await askLink(link, dispatcher, stop);
    let seen: string;
    if (answer.kind === "not ready") seen = `the download link is not ready (${answer.why})`;
    else {
      try {
        return await temporary.save(answer.body, answer.sizeBytes, stop);
      } catch (error) {
        if (error instanceof ConnectorError || error instanceof StoppedError) throw error;
        seen = `the download broke off (${errorMessage(error)})`;
        log.warn(
          `The download of the export of ${job.name} broke off (${errorMessage(error)}); trying again.`,
        );
      }
    }
    const verdict = await job.judge(look);
    if (verdict === "empty") return undefined;
    if (verdict === "timed out") throw job.timedOut(seen);
    await job.pause(look, seen);
  }
}
