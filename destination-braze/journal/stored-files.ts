import { beginningsKey } from "./beginnings";
import {
  carriedEndMark,
  carriedEpoch,
  encodeJournal,
  firstMark,
  settledMark,
  spanCarriedEpoch,
  spanEndMark,
  spansDecidedMark,
  takenEpoch,
} from "./journal-file";
import type { JournalOptions } from "./read-left";

interface StoredFile {
  key: string;
  /** The last epoch of which it has entries, 0 without any. */
  lastEpoch: number;
  /** Concerns records of earlier runs that the host may still send again. */
  isCarried: boolean;
  /** Commits of staged parts that it says something of, and that are still there. */
  commits: Set<number>;
}

const carried: ReadonlySet<number> = new Set([takenEpoch, carriedEpoch, spanCarriedEpoch, spansDecidedMark]);

/** The files of a journal that a run has written. They go when what they say is not needed any more. */
export class StoredFiles {
  private readonly files: StoredFile[] = [];
  private sequence = 1;
  /** Up to which epoch the files say that states have left. */
  private toldUpTo = 0;

  constructor(private readonly options: Pick<JournalOptions, "storage" | "folder" | "run">) {}

  get isEmpty(): boolean {
    return this.files.length === 0;
  }

  /** Writes the file that takes the place of all that older runs left; then that goes. */
  async begin(entries: readonly number[], left: readonly string[]): Promise<void> {
    this.files.push(await this.store(keyOf(this.options, this.options.run, 0), entries));
    await this.options.storage.remove(left);
  }

  /** @param statesLeft the states that closed the epochs up to this one have left */
  async write(entries: readonly number[], statesLeft: number): Promise<void> {
    if (endsCarried(entries)) for (const file of this.files) file.isCarried = false;
    // From the oldest on: what a file says of older ones must not go before they do.
    const done = this.files.findIndex(
      ({ isCarried, lastEpoch, commits }) => isCarried || lastEpoch > statesLeft || commits.size > 0,
    );
    const removable = this.files.splice(0, done === -1 ? this.files.length : done);
    // Without entries a file only tells older ones that theirs do not count any more. Before they go: should
    // not all of them be removed, nobody must take what is left for something.
    const needsTelling = this.files.length > 0 || removable.length > 1;
    if (entries.length > 0 || (this.toldUpTo < statesLeft && needsTelling)) {
      this.toldUpTo = statesLeft;
      const key = keyOf(this.options, this.options.run, this.sequence);
      this.sequence += 1;
      this.files.push(await this.store(key, entries));
    }
    await this.options.storage.remove(removable.map(({ key }) => key));
  }

  /** The parts of commits are not there any more. */
  forgetCommits(commits: readonly number[]): void {
    for (const file of this.files) for (const commit of commits) file.commits.delete(commit);
  }

  /** Removes all files of the journal: nothing of it counts any more, also should not all of it be removed. */
  async clear(): Promise<void> {
    const { storage, folder, run } = this.options;
    const found = (await storage.list(folder)).map(({ key }) => key);
    const keys = found.filter((key) => key !== beginningsKey(folder));
    this.files.length = 0;
    if (keys.length === 0) return;
    // As if a later run had begun, with nothing.
    const end = keyOf(this.options, `${run}~`, 0);
    if (keys.length > 1) await this.store(end, []);
    await storage.remove(keys);
    await storage.remove([end]);
  }

  private async store(key: string, entries: readonly number[]): Promise<StoredFile> {
    await this.options.storage.write(key, encodeJournal({ statesLeft: this.toldUpTo, entries }));
    return described(key, entries);
  }
}

const keyOf = ({ folder }: Pick<JournalOptions, "folder">, run: string, sequence: number): string =>
  `${folder}${run}-${String(sequence).padStart(8, "0")}.bin`;

/** Whether entries say that what was carried over before them does not count any more. */
const endsCarried = (entries: readonly number[]): boolean =>
  entries.some((word, at) => at % 3 === 0 && word === carriedEndMark);

function described(key: string, entries: readonly number[]): StoredFile {
  const file: StoredFile = { key, lastEpoch: 0, isCarried: false, commits: new Set() };
  for (let at = 0; at < entries.length; at += 3) {
    const epoch = entries[at] as number;
    if (carried.has(epoch)) file.isCarried = true;
    else if (epoch === carriedEndMark) file.isCarried = false;
    else if (epoch === settledMark) file.commits.add(entries[at + 1] as number);
    else if (epoch === spanEndMark) file.lastEpoch = Math.max(file.lastEpoch, entries[at + 1] as number);
    else if (epoch < firstMark) file.lastEpoch = Math.max(file.lastEpoch, epoch);
  }
  return file;
}
