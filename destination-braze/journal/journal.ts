import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Update } from "../pipeline/update";
import type { Credits } from "./credits";
import { carriedEpoch, DamagedJournalError, decodeJournal, encodeJournal, takenEpoch } from "./journal-file";
import { creditsOf, type LeftFile } from "./left-over";
import { unrepeatable, unrepeatableAttributes } from "./unrepeatable";

export interface JournalOptions {
  storage: ObjectStorage;
  /** `_braze/{stream}/journal/` */
  folder: string;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  log: Logger;
}

interface StoredFile {
  key: string;
  /** The last epoch of which it has entries, 0 without any. */
  lastEpoch: number;
  /** Concerns records that the host may send again at any time of this sync. */
  keptToTheEnd: boolean;
}

/** Files read at the same time. */
const concurrency = 8;

/**
 * What Braze has accepted of a stream and must not get twice, until the STATE behind it has left: events,
 * purchases, increments. Braze has no key by which it would recognise them, so this connector does when
 * the host sends them again after an interruption. It lives in small files, for object storage can't append;
 * they hold fingerprints only.
 */
export class Journal {
  /** Entries not durable yet, in threes. */
  private pending: number[] = [];
  private readonly files: StoredFile[] = [];
  /** Number of the next file; 0 is the one that takes the place of all older ones, if there are any. */
  private sequence = 0;
  private statesLeftUpTo = 0;
  /** Up to which epoch the files say so. */
  private toldUpTo = 0;
  private writing: Promise<void> = Promise.resolve();
  /** Updates that were recognised, and not sent again. */
  recognised = 0;

  private constructor(
    private readonly options: JournalOptions,
    private readonly credits: Credits,
  ) {}

  /**
   * Takes over what earlier runs left.
   * @param discard what is left does not count: it went elsewhere, or everything is to be sent again
   */
  static async open(options: JournalOptions, discard: boolean): Promise<Journal> {
    const { storage, folder } = options;
    const keys = (await storage.list(folder)).map(({ key }) => key);
    const files = discard ? [] : await readFiles(keys, options);
    const journal = new Journal(options, creditsOf(files));
    if (keys.length > 0) {
      await journal.carryOver();
      await storage.remove(keys);
    }
    return journal;
  }

  /** Notes what Braze has accepted. @param epoch see Epoch.number */
  accepted(update: Update, epoch: number): void {
    const text = unrepeatable(update);
    if (text === undefined) return;
    const { lo, hi } = hash64(text);
    this.pending.push(epoch, lo, hi);
  }

  /**
   * Recognises what Braze has accepted already, and takes it out of the update: of attributes only what
   * must not be repeated, for other attributes depend on what was set since.
   * @returns whether nothing of the update is left to be sent
   */
  recognise(update: Update, epoch: number): boolean {
    if (this.credits.size === 0) return false;
    const text = unrepeatable(update);
    if (text === undefined) return false;
    const { lo, hi } = hash64(text);
    if (!this.credits.take(lo, hi)) return false;
    this.recognised += 1;
    this.pending.push(takenEpoch, lo, hi, epoch, lo, hi);
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

  /** Ends a sync whose records the host will not send again. */
  async clear(): Promise<void> {
    await this.writing;
    this.pending = [];
    const { storage, folder } = this.options;
    await storage.remove((await storage.list(folder)).map(({ key }) => key));
    this.files.length = 0;
  }

  /** Always written, for it ends what older files say, also where nothing is carried. */
  private async carryOver(): Promise<void> {
    const entries: number[] = [];
    this.credits.forEach((lo, hi, count) => {
      for (let each = 0; each < count; each++) entries.push(carriedEpoch, lo, hi);
    });
    await this.store(entries);
  }

  private async write(): Promise<void> {
    const statesLeft = this.statesLeftUpTo;
    const entries = withoutEpochsUpTo(statesLeft, this.pending);
    this.pending = [];
    // Without entries a file only tells older ones that some of theirs do not count any more.
    const done = this.files.findIndex((file) => file.keptToTheEnd || file.lastEpoch > statesLeft);
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
    let lastEpoch = 0;
    let keptToTheEnd = false;
    for (let at = 0; at < entries.length; at += 3) {
      const epoch = entries[at] as number;
      if (epoch === takenEpoch || epoch === carriedEpoch) keptToTheEnd = true;
      else lastEpoch = Math.max(lastEpoch, epoch);
    }
    await storage.write(key, encodeJournal({ statesLeft: this.toldUpTo, entries }));
    this.files.push({ key, lastEpoch, keptToTheEnd });
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

/** The files in the order of their names; one that can't be used is said and left out. */
async function readFiles(keys: readonly string[], options: JournalOptions): Promise<LeftFile[]> {
  const { storage, folder, log } = options;
  const files: LeftFile[] = [];
  const sorted = [...keys].sort();
  for (let from = 0; from < sorted.length; from += concurrency) {
    const read = sorted.slice(from, from + concurrency).map(async (key) => {
      const name = /^(.+)-(\d+)\.bin$/.exec(key.slice(folder.length));
      try {
        const file = decodeJournal(await readAll(storage, key));
        return [{ ...file, run: name?.[1] ?? key, sequence: Number(name?.[2] ?? 1) }];
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
