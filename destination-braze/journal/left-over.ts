import { Credits } from "./credits";
import { carriedEpoch, type JournalFile, settledMark, takenEpoch } from "./journal-file";

/** A file that an earlier run left, with what its name says. */
export interface LeftFile extends JournalFile {
  /** Counts the files of a run; 0 holds all that counted when the run began, whatever older runs left. */
  sequence: number;
}

/** What a run left, by the files of its journal. */
export interface LeftBehind {
  /** Recognises what Braze has accepted of the records that the host will send again. */
  credits: Credits;
  /** Batches of staged parts that were settled; see `batchKey`. */
  settled: ReadonlySet<string>;
}

/** Names a batch of a run's staged parts. */
export const batchKey = (commit: number, batch: number): string => `${commit} ${batch}`;

/**
 * The run of which what is left counts. A run that finds something left takes it over: whatever of it
 * still counts becomes its own, and with its file 0 the older ones stop counting. Without that file it
 * did not get so far.
 * @param runs all runs of which something is left
 * @param beginnings those of which a file 0 is
 */
export function runThatCounts(runs: readonly string[], beginnings: ReadonlySet<string>): string | undefined {
  const sorted = [...new Set(runs)].sort();
  return sorted.findLast((run) => beginnings.has(run)) ?? sorted[0];
}

/** @param files of one run, in the order of their sequence */
export function leftBehind(files: readonly LeftFile[]): LeftBehind {
  const credits = new Credits();
  const settled = new Set<string>();
  const statesLeft = Math.max(0, ...files.map((file) => file.statesLeft));
  for (const { entries } of files) {
    for (let at = 0; at + 2 < entries.length; at += 3) {
      const epoch = entries[at] as number;
      const lo = entries[at + 1] as number;
      const hi = entries[at + 2] as number;
      if (epoch === settledMark) settled.add(batchKey(lo, hi));
      else if (epoch === takenEpoch) credits.take(lo, hi);
      else if (epoch === carriedEpoch || epoch > statesLeft) credits.add(lo, hi);
    }
  }
  return { credits, settled };
}
