import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { DamagedJournalError, decodeJournal } from "./journal-file";
import { type LeftBehind, type LeftFile, leftBehind, runThatCounts } from "./left-over";

export interface JournalOptions {
  storage: ObjectStorage;
  /** `_braze/{stream}/journal/` */
  folder: string;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  log: Logger;
}

/** What earlier runs left. */
export interface Left extends LeftBehind {
  /** The run of which what is left counts; undefined when nothing is left. */
  run: string | undefined;
  /** Files of the journal. */
  keys: readonly string[];
}

/** Files read at the same time; they are small, and after a sync without states they may be many. */
const concurrency = 32;

/** @param stagedRuns runs of which staged parts are left */
export async function readLeft(
  keys: readonly string[],
  options: JournalOptions,
  stagedRuns: readonly string[],
): Promise<Left> {
  const names = keys.map((key) => nameOf(key, options.folder));
  const beginnings = new Set(names.filter(({ sequence }) => sequence === 0).map(({ run }) => run));
  const run = runThatCounts([...names.map((name) => name.run), ...stagedRuns], beginnings);
  const counting = names.filter((name) => name.run === run);
  return { ...leftBehind(await readFiles(counting, options)), run, keys };
}

interface FileName {
  key: string;
  run: string;
  sequence: number;
}

function nameOf(key: string, folder: string): FileName {
  const name = /^(.+)-(\d+)\.bin$/.exec(key.slice(folder.length));
  return { key, run: name?.[1] ?? key, sequence: Number(name?.[2] ?? 1) };
}

/** The files in the order of their names; one that can't be used is said and left out. */
async function readFiles(names: readonly FileName[], options: JournalOptions): Promise<LeftFile[]> {
  const { storage, log } = options;
  const files: LeftFile[] = [];
  const sorted = [...names].sort((a, b) => a.sequence - b.sequence);
  for (let from = 0; from < sorted.length; from += concurrency) {
    const read = sorted.slice(from, from + concurrency).map(async ({ key, sequence }) => {
      try {
        return [{ ...decodeJournal(await readAll(storage, key)), sequence }];
      } catch (error) {
        if (!(error instanceof DamagedJournalError)) throw error;
        log.warn(
          `${storage.location}/${key} can't be used (${error.message}): events, purchases and increments that it notes may be sent twice.`,
        );
        return [];
      }
    });
    files.push(...(await Promise.all(read)).flat());
  }
  return files;
}
