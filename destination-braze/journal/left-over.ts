import { Credits } from "./credits";
import {
  carriedEndMark,
  carriedEpoch,
  type JournalFile,
  reachMark,
  settledMark,
  spanCarriedEpoch,
  spanEndMark,
  spanMark,
  spanNextMark,
  spansDecidedMark,
  takenEpoch,
} from "./journal-file";
import type { Fingerprint, OpenSpan } from "./spans";

/** A file that an earlier run left, with what its name says. */
export interface LeftFile extends JournalFile {
  /** Counts the files of a run; 0 holds all that counted when the run began, whatever older runs left. */
  sequence: number;
}

/** What a run left, by the files of its journal. */
export interface LeftBehind {
  /** Recognises what Braze has accepted of the records that the host will send again. */
  credits: Credits;
  /** Of these only what the host sends first says whether it sends them again; in their order. */
  spans: readonly OpenSpan[];
  /** Batches of staged parts that were settled; see `batchKey`. */
  settled: ReadonlySet<string>;
  /** How many records behind the last state that left had come; see Reach. */
  reach: number;
  /** How often in a row an end of the input was doubted; see SourceSays. */
  doubted: number;
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
  const reader = new Reader(Math.max(0, ...files.map((file) => file.statesLeft)));
  for (const { entries } of files) {
    for (let at = 0; at + 2 < entries.length; at += 3)
      reader.take(entries[at] as number, entries[at + 1] as number, entries[at + 2] as number);
  }
  return reader.result();
}

/** Own spans of the run have an end, carried ones their entries. */
interface ReadSpan extends OpenSpan {
  endEpoch: number;
}

class Reader {
  private readonly credits = new Credits();
  private readonly settled = new Set<string>();
  private spans: ReadSpan[] = [];
  /** The record behind the last span, where it had come. */
  private next: Fingerprint | undefined;
  /** Entries of epochs, in threes: in which span one is, only later entries say. */
  private readonly entries: number[] = [];
  private reach = 0;
  private doubted = 0;

  constructor(private readonly statesLeft: number) {}

  take(kind: number, a: number, b: number): void {
    const span = this.spans.at(-1);
    switch (kind) {
      case settledMark:
        this.settled.add(batchKey(a, b));
        break;
      case takenEpoch:
        this.credits.take(a, b);
        break;
      case carriedEpoch:
        this.credits.add(a, b);
        break;
      case carriedEndMark:
        this.credits.clear();
        break;
      case reachMark:
        this.reach = a;
        this.doubted = b;
        break;
      case spanMark:
        this.spans.push({ first: { lo: a, hi: b }, isTelling: false, accepted: [], endEpoch: 0 });
        this.next = undefined;
        break;
      case spanNextMark:
        this.next = { lo: a, hi: b };
        break;
      case spanEndMark:
        if (span) {
          span.endEpoch = a;
          span.isTelling = b === 1;
        }
        break;
      case spanCarriedEpoch:
        span?.accepted.push(a, b);
        break;
      case spansDecidedMark:
        this.spans = this.spans.filter(({ endEpoch }) => endEpoch > 0);
        break;
      default:
        this.entries.push(kind, a, b);
    }
  }

  result(): LeftBehind {
    const open = this.spans.filter(({ endEpoch }) => endEpoch === 0 || endEpoch > this.statesLeft);
    for (let at = 0; at < this.entries.length; at += 3) {
      const [epoch = 0, lo = 0, hi = 0] = this.entries.slice(at, at + 3);
      if (epoch <= this.statesLeft) continue;
      const span = open.find(({ endEpoch }) => epoch <= endEpoch);
      if (span) span.accepted.push(lo, hi);
      else this.credits.add(lo, hi);
    }
    // Where it looks like the beginning of an open span, that one can't be told by it.
    if (open.length > 0 && this.next)
      open.push({ first: this.next, isTelling: true, accepted: [], endEpoch: 0 });
    const { credits, settled, reach, doubted } = this;
    return { credits, settled, spans: open, reach, doubted };
  }
}
