import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Update } from "../pipeline/update";
import { Credits } from "./credits";
import {
  carriedEpoch,
  DamagedJournalError,
  decodeJournal,
  encodeJournal,
  settledMark,
  spanCarriedEpoch,
  spanEndMark,
  spanMark,
  spansDecidedMark,
  takenEpoch,
} from "./journal-file";
import { type LeftFile, leftBehind, runThatCounts } from "./left-over";
import { type Fingerprint, type OpenSpan, spansSentAgain } from "./spans";
import { fingerprintOf, unrepeatableAttributes } from "./unrepeatable";

export interface JournalOptions {
  storage: ObjectStorage;
  /** `_braze/{stream}/journal/` */
  folder: string;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  log: Logger;
}

/** What an earlier run left that is not in this run's files yet. */
interface Left {
  /** The run of which what is left counts; undefined when nothing is left. */
  run: string | undefined;
  /** Batches of its staged parts that were settled; see `batchKey`. */
  settled: ReadonlySet<string>;
  /** Files of the journal. */
  keys: readonly string[];
  /** Of these only the first record says whether the host sends them again. */
  spans: readonly OpenSpan[];
}

/** The records of the stream up to a state of it, behind the state before. */
interface ClosedSpan {
  endEpoch: number;
  first: Fingerprint;
}

interface StoredFile {
  key: string;
  /** The last epoch of which it has entries, 0 without any. */
  lastEpoch: number;
  /** Concerns records that the host may send again at any time of this sync. */
  keptToTheEnd: boolean;
  /** Commits of staged parts that it says something of, and that are still there. */
  commits: Set<number>;
}

/** Files read at the same time. */
const concurrency = 8;
const nothing: Left = { run: undefined, settled: new Set(), keys: [], spans: [] };

/**
 * What Braze has accepted of a stream and must not get twice: of staged parts which batches are settled,
 * as long as the parts are there; and of events, purchases and increments their fingerprints, until the
 * STATE behind them has left. Braze has no key by which it would recognise them, so this connector does
 * when the host sends them again after an interruption. It lives in small files, for object storage
 * can't append; they hold no values.
 */
export class Journal {
  /** Entries not durable yet, in threes. */
  private pending: number[] = [];
  private readonly files: StoredFile[] = [];
  /** Number of the next file; 0 is the one that takes the place of all that older runs left. */
  private sequence = 0;
  private statesLeftUpTo = 0;
  /** Up to which epoch the files say so. */
  private toldUpTo = 0;
  private writing: Promise<void> = Promise.resolve();
  /** Whether something that must not be repeated is not durable yet. */
  private holdsUnrepeatable = false;
  /** The last epoch of which something that must not be repeated was noted. */
  private lastNoted = 0;
  /** First record of the span that is being received. */
  private first: Fingerprint | undefined;
  /** Spans whose states have not left. */
  private closed: ClosedSpan[] = [];
  /** Spans of earlier runs that nobody knows yet whether the host sends again. */
  private open: readonly OpenSpan[];
  /** Updates that were recognised, and not sent again. */
  recognised = 0;

  private constructor(
    private readonly options: JournalOptions,
    private readonly credits: Credits,
    /** What earlier runs left, until it is taken over. */
    private left: Left,
  ) {
    this.open = left.spans;
  }

  /**
   * Opens the journal and takes over what earlier runs left.
   * @param discard what is left does not count: it went elsewhere, or everything is to be sent again
   */
  static async open(options: JournalOptions, discard: boolean): Promise<Journal> {
    const journal = await Journal.read(options, discard);
    await journal.takeOver();
    return journal;
  }

  /**
   * Opens the journal; what earlier runs left stays where it is until `takeOver`.
   * @param stagedRuns runs of which staged parts are left
   */
  static async read(
    options: JournalOptions,
    discard: boolean,
    stagedRuns: readonly string[] = [],
  ): Promise<Journal> {
    const { storage, folder } = options;
    const keys = (await storage.list(folder)).map(({ key }) => key);
    if (discard) {
      await storage.remove(keys);
      return new Journal(options, new Credits(), nothing);
    }
    const names = keys.map((key) => nameOf(key, folder));
    const beginnings = new Set(names.filter(({ sequence }) => sequence === 0).map(({ run }) => run));
    const run = runThatCounts([...names.map((name) => name.run), ...stagedRuns], beginnings);
    const counting = names.filter((name) => name.run === run);
    const { credits, settled, spans } = leftBehind(await readFiles(counting, options));
    return new Journal(options, credits, { run, settled, keys, spans });
  }

  /** The run of which staged parts count; undefined when nothing is left at all. */
  get leftRun(): string | undefined {
    return this.left.run;
  }

  /** Whether a batch of that run was settled; see `batchKey`. */
  wasSettled(batch: string): boolean {
    return this.left.settled.has(batch);
  }

  /**
   * Makes what still counts of earlier runs this run's own: from its first file on, what they left
   * counts no more, neither in the journal nor of staged parts.
   * @param leftParts staged parts that earlier runs left; they go, too
   */
  takeOver(leftParts: readonly string[] = []): Promise<void> {
    // Nothing else is written meanwhile: the first file has to stay until the older ones are gone.
    this.writing = this.writing.then(() => this.begin(leftParts));
    this.writing.catch(() => undefined);
    return this.writing;
  }

  /** Notes what Braze has accepted. @param epoch see Epoch.number */
  accepted(update: Update, epoch: number): void {
    const fingerprint = fingerprintOf(update);
    if (fingerprint) this.note(epoch, fingerprint.lo, fingerprint.hi);
  }

  /** Notes the fingerprint of what Braze has accepted. */
  note(epoch: number, lo: number, hi: number): void {
    this.pending.push(epoch, lo, hi);
    this.holdsUnrepeatable = true;
    if (epoch < spansDecidedMark && epoch > this.lastNoted) this.lastNoted = epoch;
  }

  /** Whether the next record is the first of a span. */
  get awaitsRecord(): boolean {
    return this.first === undefined;
  }

  /** A record of the stream has come; before anything is asked about it. */
  received(data: JsonObject): void {
    if (this.first) return;
    this.first = fingerprintOfRecord(data);
    if (this.open.length > 0) this.decide(this.first);
  }

  /** A state of the stream has come, which closes an epoch. */
  stateReceived(epoch: number): void {
    if (this.first) this.closed.push({ endEpoch: epoch, first: this.first });
    this.first = undefined;
  }

  /** Notes that Braze has accepted something the host will send again at some time of this sync. */
  credit(lo: number, hi: number): void {
    this.credits.add(lo, hi);
    this.note(carriedEpoch, lo, hi);
  }

  /** Notes that it is known of a batch of a staged part what became of its objects. */
  settled(commit: number, batch: number): void {
    this.pending.push(settledMark, commit, batch);
  }

  /** The parts of a commit are not there any more: nobody will ask what became of them. */
  forgetCommits(commits: readonly number[]): void {
    for (const file of this.files) for (const commit of commits) file.commits.delete(commit);
  }

  /**
   * Recognises what Braze has accepted already, and takes it out of the update: of attributes only what
   * must not be repeated, for other attributes depend on what was set since.
   * @returns whether nothing of the update is left to be sent
   */
  recognise(update: Update, epoch: number): boolean {
    if (this.credits.size === 0) return false;
    const fingerprint = fingerprintOf(update);
    if (!fingerprint) return false;
    const { lo, hi } = fingerprint;
    if (!this.credits.take(lo, hi)) return false;
    this.recognised += 1;
    this.pending.push(takenEpoch, lo, hi);
    this.note(epoch, lo, hi);
    if (update.slot.repeatable !== "by attribute") return true;
    // A new object: the body may be the record's data itself.
    update.body = without(update.body, unrepeatableAttributes(update.body));
    return false;
  }

  /** The states up to the end of an epoch have left: the host will not send the records before them again. */
  async statesLeft(epoch: number): Promise<void> {
    this.statesLeftUpTo = epoch;
    if (this.files.length > 0) await this.flush();
  }

  /** Makes what was noted durable. */
  flush(): Promise<void> {
    // One after the other: whoever waits for this call waits for earlier ones too.
    this.writing = this.writing.then(() => this.write());
    // Whoever asked is told; that nobody asked must not end the process.
    this.writing.catch(() => undefined);
    return this.writing;
  }

  /**
   * Must be done before the states up to the end of an epoch leave. What is not durable then is not known
   * after a crash, and the host does not send it again. And as nobody can know after a crash whether they
   * did leave, it is noted by what to tell.
   */
  async statesLeaving(epoch: number): Promise<void> {
    const leaving = this.closed.filter(({ endEpoch }) => endEpoch <= epoch);
    this.closed = this.closed.filter(({ endEpoch }) => endEpoch > epoch);
    if (this.lastNoted > this.statesLeftUpTo && leaving.length > 0) {
      for (const { endEpoch, first } of leaving)
        this.pending.push(spanMark, first.lo, first.hi, spanEndMark, endEpoch, 0);
      this.holdsUnrepeatable = true;
    }
    if (this.holdsUnrepeatable) await this.flush();
    else await this.writing;
  }

  /** Ends a sync whose records the host will not send again. */
  async clear(): Promise<void> {
    await this.writing;
    this.pending = [];
    const { storage, folder } = this.options;
    await storage.remove((await storage.list(folder)).map(({ key }) => key));
    this.files.length = 0;
  }

  /** Finds out by its first record what the host sends again. */
  private decide(first: Fingerprint): void {
    const sentAgain = spansSentAgain(this.open, first);
    this.open = [];
    this.pending.push(spansDecidedMark, 0, 0);
    this.holdsUnrepeatable = true;
    for (const { accepted } of sentAgain) {
      for (let at = 0; at < accepted.length; at += 2)
        this.credit(accepted[at] as number, accepted[at + 1] as number);
    }
  }

  private async begin(leftParts: readonly string[]): Promise<void> {
    const { run, keys } = this.left;
    this.left = nothing;
    if (run === undefined) {
      this.sequence = Math.max(1, this.sequence);
      return;
    }
    const entries: number[] = [];
    this.credits.forEach((lo, hi, count) => {
      for (let each = 0; each < count; each++) entries.push(carriedEpoch, lo, hi);
    });
    for (const { first, accepted } of this.open) {
      entries.push(spanMark, first.lo, first.hi);
      for (let at = 0; at < accepted.length; at += 2)
        entries.push(spanCarriedEpoch, accepted[at] as number, accepted[at + 1] as number);
    }
    await this.store(entries);
    await this.options.storage.remove([...leftParts, ...keys]);
  }

  private async write(): Promise<void> {
    const statesLeft = this.statesLeftUpTo;
    const entries = withoutEpochsUpTo(statesLeft, this.pending);
    this.pending = [];
    this.holdsUnrepeatable = false;
    // Without entries a file only tells older ones that some of theirs do not count any more.
    const done = this.files.findIndex(
      ({ keptToTheEnd, lastEpoch, commits }) => keptToTheEnd || lastEpoch > statesLeft || commits.size > 0,
    );
    const removable = this.files.slice(0, done === -1 ? this.files.length : done);
    const tells = this.toldUpTo < statesLeft && removable.length < this.files.length;
    if (entries.length > 0 || tells) await this.store(entries);
    // From the oldest on: what a file says of older ones must not go before they do.
    for (const { key } of removable) await this.options.storage.remove([key]);
    this.files.splice(0, removable.length);
  }

  private async store(entries: readonly number[]): Promise<void> {
    const { storage, folder, run } = this.options;
    const key = `${folder}${run}-${String(this.sequence).padStart(8, "0")}.bin`;
    this.sequence += 1;
    this.toldUpTo = this.statesLeftUpTo;
    const file: StoredFile = { key, lastEpoch: 0, keptToTheEnd: false, commits: new Set() };
    for (let at = 0; at < entries.length; at += 3) {
      const epoch = entries[at] as number;
      if (keptToTheEnd.has(epoch)) file.keptToTheEnd = true;
      else if (epoch === settledMark) file.commits.add(entries[at + 1] as number);
      else if (epoch === spanEndMark) file.lastEpoch = Math.max(file.lastEpoch, entries[at + 1] as number);
      else if (epoch !== spanMark) file.lastEpoch = Math.max(file.lastEpoch, epoch);
    }
    await storage.write(key, encodeJournal({ statesLeft: this.toldUpTo, entries }));
    this.files.push(file);
  }
}

const keptToTheEnd: ReadonlySet<number> = new Set([
  takenEpoch,
  carriedEpoch,
  spanCarriedEpoch,
  spansDecidedMark,
]);

/** The values alone: hosts may print the same record in another way. */
function fingerprintOfRecord(data: JsonObject): Fingerprint {
  try {
    const { lo, hi } = hash64(JSON.stringify(data));
    return { lo, hi };
  } catch {
    // Nested too deep to be printed, and to be accepted.
    return { lo: 0, hi: 0 };
  }
}

const without = (body: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** Entries of epochs whose state has left say nothing; that a carried one was taken stays true. */
function withoutEpochsUpTo(statesLeft: number, entries: readonly number[]): number[] {
  const kept: number[] = [];
  for (let at = 0; at < entries.length; at += 3) {
    const epoch = entries[at] as number;
    if (epoch === takenEpoch || epoch > statesLeft) {
      kept.push(epoch, entries[at + 1] as number, entries[at + 2] as number);
    }
  }
  return kept;
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
