import { Credits } from "./credits";
import { carriedEpoch, type JournalFile, takenEpoch } from "./journal-file";

/** A file that an earlier run left, with what its name says. */
export interface LeftFile extends JournalFile {
  /** The run that wrote it; runs sort by their start. */
  run: string;
  /** Counts the files of a run; 0 holds all that counted when the run began, whatever older files say. */
  sequence: number;
}

/**
 * What Braze has accepted of the records that the host will send again, by the files that earlier runs
 * left, in the order of their names.
 */
export function creditsOf(files: readonly LeftFile[]): Credits {
  const credits = new Credits();
  for (const run of new Set(files.map((file) => file.run))) {
    const own = files.filter((file) => file.run === run);
    if (own[0]?.sequence === 0) credits.clear();
    const statesLeft = Math.max(...own.map((file) => file.statesLeft));
    for (const { entries } of own) {
      for (let at = 0; at + 2 < entries.length; at += 3) {
        const [epoch = 0, lo = 0, hi = 0] = entries.slice(at, at + 3);
        if (epoch === takenEpoch) credits.take(lo, hi);
        else if (epoch === carriedEpoch || epoch > statesLeft) credits.add(lo, hi);
      }
    }
  }
  return credits;
}
