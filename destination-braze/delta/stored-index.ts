import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { AttributeNames } from "./attribute-names";
import { ChangedProfiles } from "./changed-profiles";
import { IndexParts } from "./index-parts";
import { allParts } from "./partition";
import { ProfilesBehind, profileWords } from "./profiles-behind";
import { StorePace } from "./store-pace";
import { TouchedParts } from "./touched-parts";

/** What of an index belongs to a process, and where it notes what is not stored yet. */
export interface OwnParts {
  /** No identity is asked for that is in another part. */
  parts: readonly number[];
  /** `_braze/{stream}/index/`, or of a shard the same below its own folder. */
  notes: string;
  /** `_braze/{stream}/forgotten/`: what syncs of other streams note. */
  byOthers: string;
}

/**
 * What of an index is in the storage, and how much of it can be believed: beside the parts lie notes of
 * what was changed in Braze since they were written, so that after a crash no more than that is sent again.
 */
export class StoredIndex {
  readonly parts: IndexParts;
  private readonly behind = new ProfilesBehind();
  private readonly touched: TouchedParts;
  private readonly changed: ChangedProfiles;
  private readonly others: ChangedProfiles;
  private readonly pace = new StorePace();
  /** Changes of an interrupted sync; a profile that was changed twice counts twice. */
  private interrupted = 0;
  private storing: Promise<void> = Promise.resolve();
  /** Whether the index belongs to somebody else by now. */
  private abandoned = false;

  /**
   * @param folder `_braze/{stream}/index/`
   * @param readOnly whether nothing may be stored: the index is only asked
   * @param run names this run
   */
  constructor(
    private readonly storage: ObjectStorage,
    private readonly folder: string,
    names: AttributeNames,
    private readonly log: Logger,
    private readonly readOnly: boolean,
    run: string,
    private readonly own: OwnParts = { parts: allParts, notes: folder, byOthers: `${folder}forgotten/` },
  ) {
    this.parts = new IndexParts(storage, folder, names, this.behind, log);
    this.touched = new TouchedParts(storage, `${own.notes}touched.json`);
    this.changed = new ChangedProfiles(storage, `${own.notes}changed/`, run);
    this.others = new ChangedProfiles(storage, own.byOthers, run);
  }

  /** Must be called first; see DeltaIndex.open. */
  async open(fresh: boolean): Promise<void> {
    const keys = await this.ownKeys();
    if (fresh) {
      if (!this.readOnly) await this.giveUp([...keys, ...(this.isWhole ? await this.keysOfOthers() : [])]);
      return;
    }
    const behind = await this.partsBehind(keys);
    const stored = this.own.parts.filter((partition) => keys.includes(this.parts.keyOf(partition)));
    this.parts.useStored(stored.filter((partition) => !behind.includes(partition)));
    if (behind.length === 0) return;
    if (!this.readOnly) await this.giveUp(behind.map((partition) => this.parts.keyOf(partition)));
    this.warnOfParts(behind.length);
  }

  /** Notes, durably, profiles that an earlier run was changing when it ended. Before any part is read. */
  async noteLeft(profiles: readonly number[]): Promise<void> {
    this.behind.add(profiles);
    await this.noteChanged(profiles);
    this.interrupted += profiles.length / profileWords;
    if (this.interrupted === 0) return;
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles of its last ${this.interrupted} changes are sent again.`,
    );
  }

  /** Forgets a profile when its part is read. Before that. */
  forgetLater(profile: readonly [partition: number, lo: number, hi: number]): void {
    this.behind.add(profile);
  }

  /** Gives all parts up: nobody can tell what of them is true. Before any is read. */
  async giveUpAll(): Promise<void> {
    const stored = this.parts.used;
    this.parts.useStored([]);
    this.behind.clear();
    await this.giveUp(stored.map((partition) => this.parts.keyOf(partition)));
    this.warnOfParts(stored.length);
  }

  /** Notes, durably, profiles that were changed in Braze, and are remembered: what is stored of them is behind. */
  async noteChanged(profiles: ArrayLike<number>): Promise<void> {
    if (profiles.length === 0 || this.abandoned) return;
    await this.changed.add(profiles);
    this.pace.changed(profiles.length / profileWords);
    // That it failed comes out at the end: then it is tried once more.
    if (this.pace.isDue(this.parts.size)) this.store().catch(() => undefined);
  }

  /** Whether it has to be noted beforehand which parts' profiles are about to change. */
  get needsAnnouncement(): boolean {
    return !this.readOnly && !this.touched.isWhole;
  }

  /** Notes, durably, whose parts' profiles are about to change. Await what is returned, if anything. */
  announce(parts: readonly number[]): Promise<void> | undefined {
    return this.touched.add(parts);
  }

  /** Stores the parts that changed. */
  store(): Promise<void> {
    this.pace.stored();
    this.storing = this.storing.catch(() => undefined).then(() => this.storeChanged());
    return this.storing;
  }

  /** Stores nothing any more: another process is at work on the index. */
  abandon(): void {
    this.abandoned = true;
  }

  private async storeChanged(): Promise<void> {
    if (this.readOnly || this.abandoned) return;
    const noted = [...this.changed.noted];
    const byOthers = [...this.others.noted];
    await this.parts.write();
    await this.touched.clear();
    await this.changed.remove(noted);
    // What is noted there may concern other shards, too.
    if (this.isWhole) await this.others.remove(byOthers);
  }

  private get isWhole(): boolean {
    return this.own.parts.length === allParts.length;
  }

  private async keysOfOthers(): Promise<string[]> {
    return (await this.storage.list(this.own.byOthers)).map(({ key }) => key);
  }

  /** What is stored, but for what belongs to others. */
  private async ownKeys(): Promise<string[]> {
    const { parts, notes } = this.own;
    const keys = (await this.storage.list(this.folder)).map(({ key }) => key);
    if (notes === this.folder) return keys;
    const ofParts = new Set(parts.map((partition) => this.parts.keyOf(partition)));
    const noted = await this.storage.list(notes);
    return [...keys.filter((key) => ofParts.has(key)), ...noted.map(({ key }) => key)];
  }

  /** Parts that are to be given up; of others single profiles may be behind. */
  private async partsBehind(keys: readonly string[]): Promise<readonly number[]> {
    const notes = await this.changed.left(keys.filter((key) => key.startsWith(this.changed.folder)));
    const others = await this.others.left(await this.keysOfOthers());
    if (!notes || !others) return this.own.parts;
    for (const profiles of notes) this.interrupted += profiles.length / profileWords;
    for (const profiles of [...notes, ...others]) this.behind.add(profiles);
    return keys.includes(this.touched.key) ? this.touched.left() : [];
  }

  /** Removes parts, and last what says that they are not to be used. */
  private async giveUp(keys: readonly string[]): Promise<void> {
    await this.storage.remove(keys.filter((key) => key !== this.touched.key));
    await this.touched.clear();
  }

  private warnOfParts(count: number): void {
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles in ${count} of ${this.own.parts.length} parts of the index are sent again.`,
    );
  }
}
