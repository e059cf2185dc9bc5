import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { DamagedJournalError, decodeJournal, encodeJournal } from "./journal-file";
import { type Fingerprint, isSame } from "./spans";

/** As many syncs may take turns with the same records before that goes unnoticed. */
const mostKnown = 16;
const entryKind = 0;

/** Where they are, in the folder of a journal. */
export const beginningsKey = (folder: string): string => `${folder}beginnings.bin`;

/**
 * With which records the last runs of a stream began, kept also when its journal ends: whether the next one may
 * begin in the same way without being sent again.
 */
export class Beginnings {
  private constructor(
    private readonly storage: ObjectStorage,
    private readonly key: string,
    private readonly known: Fingerprint[],
  ) {}

  static none(storage: ObjectStorage, folder: string): Beginnings {
    return new Beginnings(storage, beginningsKey(folder), []);
  }

  static async read(storage: ObjectStorage, folder: string): Promise<Beginnings> {
    const key = beginningsKey(folder);
    return new Beginnings(storage, key, await readKnown(storage, key));
  }

  get isEmpty(): boolean {
    return this.known.length === 0;
  }

  has(first: Fingerprint): boolean {
    return this.known.some((each) => isSame(each, first));
  }

  /** Adds how a run begins, durably. */
  async add(first: Fingerprint): Promise<void> {
    const last = this.known.at(-1);
    if (last && isSame(last, first)) return;
    const others = this.known.filter((each) => !isSame(each, first));
    this.known.splice(0, this.known.length, ...others.slice(1 - mostKnown), first);
    const entries = this.known.flatMap(({ lo, hi }) => [entryKind, lo, hi]);
    await this.storage.write(this.key, encodeJournal({ statesLeft: 0, entries }));
  }
}

async function readKnown(storage: ObjectStorage, key: string): Promise<Fingerprint[]> {
  const known: Fingerprint[] = [];
  try {
    const { entries } = decodeJournal(await readAll(storage, key));
    for (let at = 0; at + 2 < entries.length; at += 3)
      known.push({ lo: entries[at + 1] as number, hi: entries[at + 2] as number });
  } catch (error) {
    // Nothing is lost with it: as before the first sync, less is taken for sent again.
    if (!(error instanceof DamagedJournalError)) throw error;
  }
  return known;
}
