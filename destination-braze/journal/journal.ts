import type { JsonObject } from "@braze-connectors/shared/json";
import type { Update } from "../pipeline/update";
import { Beginnings, beginningsKey } from "./beginnings";
import { Credits } from "./credits";
import {
  carriedEndMark,
  carriedEpoch,
  firstMark,
  reachMark,
  settledMark,
  spanCarriedEpoch,
  spanEndMark,
  spanMark,
  spansDecidedMark,
  takenEpoch,
} from "./journal-file";
import { Reach } from "./reach";
import { type JournalOptions, type Left, readLeft } from "./read-left";
import { ReceivedSpans } from "./received-spans";
import { type Fingerprint, type OpenSpan, spansInDoubt, spansSentAgain } from "./spans";
import { StoredFiles } from "./stored-files";
import { fingerprintOf, unrepeatableAttributes } from "./unrepeatable";

const nothing = (): Left => ({
  credits: new Credits(),
  settled: new Set(),
  spans: [],
  reach: 0,
  doubted: 0,
  run: undefined,
  keys: [],
});

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
  private readonly files: StoredFiles;
  private statesLeftUpTo = 0;
  private writing: Promise<void> = Promise.resolve();
  /** Whether something that must not be repeated is not durable yet. */
  private holdsUnrepeatable = false;
  /** The last epoch of which something that must not be repeated was noted. */
  private lastNoted = 0;
  private readonly spans = new ReceivedSpans();
  private isBeginningKept = false;
  /** Recognises what Braze has accepted before this run. */
  private readonly credits: Credits;
  /** What Braze has accepted of spans of which also their first record does not say whether the host sends them again. */
  private readonly doubtful = new Credits();
  /** Spans of earlier runs that nobody knows yet whether the host sends again. */
  private open: readonly OpenSpan[];
  private readonly reached: Reach;
  /** How often in a row an end of the input was doubted, and no state has left since; see SourceSays. */
  doubted: number;
  /** Updates that were recognised, and not sent again. */
  recognised = 0;
  /** How many records of the stream have come in this run. */
  receivedCount: () => number = () => 0;

  private constructor(
    options: JournalOptions,
    /** What earlier runs left, until it is taken over. */
    private left: Left,
    /** How earlier runs began. */
    private readonly beginnings: Beginnings,
  ) {
    this.files = new StoredFiles(options);
    this.credits = left.credits;
    this.open = left.spans;
    this.reached = new Reach(left.reach);
    this.doubted = left.doubted;
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
      return new Journal(options, nothing(), Beginnings.none(storage, folder));
    }
    const files = keys.filter((key) => key !== beginningsKey(folder));
    const hasBeginnings = files.length < keys.length;
    const beginnings = hasBeginnings
      ? await Beginnings.read(storage, folder)
      : Beginnings.none(storage, folder);
    return new Journal(options, await readLeft(files, options, stagedRuns), beginnings);
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
    if (epoch < firstMark && epoch > this.lastNoted) this.lastNoted = epoch;
  }

  /** Whether the next record is the first of a span. */
  get awaitsRecord(): boolean {
    return this.spans.awaitRecord;
  }

  /** Whether the host may send something again that can be recognised. */
  get expectsAgain(): boolean {
    return this.credits.size > 0 || this.doubtful.size > 0 || this.open.length > 0;
  }

  /** A record of the stream has come; before anything is asked about it. */
  received(data: JsonObject): void {
    const first = this.spans.received(data);
    if (first && this.open.length > 0) this.decide(first);
  }

  /** A state of the stream has come, which closes an epoch. */
  stateReceived(epoch: number): void {
    this.spans.close(epoch);
    this.reached.stateReceived(epoch, this.receivedCount());
  }

  /** How many records behind the last state that left have ever been received. */
  get reach(): number {
    return this.reached.behind(this.receivedCount());
  }

  /** Whether as many records have come as before the interruption, if there was one. */
  get isReached(): boolean {
    return this.reached.isReached(this.receivedCount());
  }

  /** What earlier runs staged shows how far they had come. */
  extendReach(reach: number): void {
    this.reached.extend(reach);
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
    this.files.forgetCommits(commits);
  }

  /**
   * Recognises what Braze has accepted already, and takes it out of the update: of attributes only what
   * must not be repeated, for other attributes depend on what was set since.
   * @returns whether nothing of the update is left to be sent
   */
  recognise(update: Update, epoch: number): boolean {
    const fingerprint = this.forfeit(update);
    if (!fingerprint) return false;
    this.recognised += 1;
    this.note(epoch, fingerprint.lo, fingerprint.hi);
    if (update.slot.repeatable !== "by attribute") return true;
    // A new object: the body may be the record's data itself.
    update.body = without(update.body, unrepeatableAttributes(update.body));
    return false;
  }

  /**
   * Braze does not have any more what it had accepted of an update: it will not be recognised.
   * @returns its fingerprint, if it was accepted
   */
  forfeit(update: Update): Fingerprint | undefined {
    if (this.credits.size === 0) return undefined;
    const fingerprint = fingerprintOf(update);
    if (!fingerprint || !this.credits.take(fingerprint.lo, fingerprint.hi)) return undefined;
    this.pending.push(takenEpoch, fingerprint.lo, fingerprint.hi);
    return fingerprint;
  }

  /**
   * Whether a message may be one that Braze has, or a new one that is the same. Anything else counts as new then; but
   * what is worse twice than not at all is not sent.
   */
  doubts(update: Update, epoch: number): boolean {
    if (this.doubtful.size === 0 || update.slot.endpoint.inDoubt !== "reject") return false;
    const fingerprint = fingerprintOf(update);
    if (!fingerprint || !this.doubtful.take(fingerprint.lo, fingerprint.hi)) return false;
    this.note(epoch, fingerprint.lo, fingerprint.hi);
    return true;
  }

  /** The states up to the end of an epoch have left: the host will not send the records before them again. */
  async statesLeft(epoch: number): Promise<void> {
    this.statesLeftUpTo = epoch;
    this.reached.statesLeft(epoch);
    this.doubted = 0;
    this.endCarried();
    if (!this.files.isEmpty) await this.flush();
    await this.keepBeginning();
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
    const marks = this.spans.leaving(epoch, this.beginnings);
    if (this.lastNoted > this.statesLeftUpTo && marks.length > 0) {
      this.pending.push(...marks);
      this.holdsUnrepeatable = true;
    }
    if (this.holdsUnrepeatable) await this.flush();
    else await this.writing;
  }

  /** Keeps what counts for the next run: the host will send records again. @param doubtful see SourceSays.endOf */
  async keep(doubtful: boolean): Promise<void> {
    if (doubtful) {
      this.doubted += 1;
      this.holdsUnrepeatable = true;
    }
    await this.flush();
  }

  /** Ends a sync whose records the host will not send again. */
  async clear(): Promise<void> {
    await this.writing;
    this.pending = [];
    await this.files.clear();
  }

  /**
   * A state has left behind all that came before the interruption: what was not sent again by then will not be.
   * Kept longer, it would be taken for new records that happen to be the same.
   */
  private endCarried(): void {
    if (!this.reached.isPast) {
      // So that a later run does not wait for more than is to come.
      if (this.credits.size > 0 || this.doubtful.size > 0) this.holdsUnrepeatable = true;
      return;
    }
    const { credits, doubtful } = this;
    if ((credits.size === 0 && doubtful.size === 0) || this.open.length > 0) return;
    if (doubtful.size > 0) this.pending.push(spansDecidedMark, 0, 0);
    credits.clear();
    doubtful.clear();
    this.pending.push(carriedEndMark, 0, 0);
  }

  /** Finds out by its first record what the host sends again. */
  private decide(first: Fingerprint): void {
    const sentAgain = spansSentAgain(this.open, first);
    const inDoubt = sentAgain.length > 0 ? [] : spansInDoubt(this.open, first);
    this.open = [];
    for (const { accepted } of inDoubt) {
      for (let at = 0; at < accepted.length; at += 2)
        this.doubtful.add(accepted[at] as number, accepted[at + 1] as number);
    }
    // The next run has to know of them, too, as long as they may come.
    if (this.doubtful.size > 0) return;
    if (sentAgain.length > 0) this.spans.markSentAgain();
    this.pending.push(spansDecidedMark, 0, 0);
    this.holdsUnrepeatable = true;
    for (const { accepted } of sentAgain) {
      for (let at = 0; at < accepted.length; at += 2)
        this.credit(accepted[at] as number, accepted[at + 1] as number);
    }
  }

  /**
   * Keeps how this run began, for streams with something that must not be repeated. Not before it is known that a
   * state has left: should the same record come again because none has, that is no new beginning.
   */
  private keepBeginning(): Promise<void> {
    const { beginning } = this.spans;
    if (this.isBeginningKept || !beginning || (this.lastNoted === 0 && this.beginnings.isEmpty))
      return this.writing;
    this.isBeginningKept = true;
    this.writing = this.writing.then(() => this.beginnings.add(beginning));
    this.writing.catch(() => undefined);
    return this.writing;
  }

  private reachEntry(): number[] {
    return [reachMark, this.reach, this.doubted];
  }

  private async begin(leftParts: readonly string[]): Promise<void> {
    const { run, keys } = this.left;
    this.left = nothing();
    if (run === undefined) return;
    const entries: number[] = this.reachEntry();
    this.credits.forEach((lo, hi, count) => {
      for (let each = 0; each < count; each++) entries.push(carriedEpoch, lo, hi);
    });
    for (const { first, isTelling, accepted } of this.open) {
      entries.push(spanMark, first.lo, first.hi);
      entries.push(spanEndMark, 0, isTelling ? 1 : 0);
      for (let at = 0; at < accepted.length; at += 2)
        entries.push(spanCarriedEpoch, accepted[at] as number, accepted[at + 1] as number);
    }
    await this.files.begin(entries, [...leftParts, ...keys]);
  }

  private async write(): Promise<void> {
    const entries = withoutEpochsUpTo(this.statesLeftUpTo, this.pending);
    if (this.holdsUnrepeatable) entries.push(...this.reachEntry());
    this.pending = [];
    this.holdsUnrepeatable = false;
    await this.files.write(entries, this.statesLeftUpTo);
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
