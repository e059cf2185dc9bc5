import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Memory } from "../objects/endpoint";
import { hashAttribute } from "./attribute-hash";
import { AttributeNames } from "./attribute-names";
import { ChangedProfiles, profileWords } from "./changed-profiles";
import { type Delta, deltaOf, type SendMode } from "./delta";
import { DamagedPartError, decodePart, encodePart } from "./part-file";
import { allParts, type PartitionOf, partitions } from "./partition";
import { type Change, type Place, ProfileTable } from "./profile-table";
import { TouchedParts } from "./touched-parts";

interface Part {
  table: ProfileTable;
  /** Changed since it was stored. */
  dirty: boolean;
}

/** Stands for a value that Braze has and we don't know; no value has this as its text. */
const seenInBraze = "a value seen in Braze";
/** Changes after which the index is stored in the middle of a sync, if it is not larger itself. */
const manyChanges = 2_000_000;
/** After so long it is stored also for fewer, if they are a share of it that is worth it. */
const longMs = 5 * 60_000;
const worthwhileShare = 0.05;
const none: readonly number[] = [];
/** Parts stored or read at the same time. */
const concurrency = 8;

/**
 * What Braze has from us: for each identity a hash of each attribute's value, no values and no
 * identifiers. It lives in parts under `_braze/{stream}/index/`; a part is read when its first identity
 * comes along and written again only if it changed.
 */
export class DeltaIndex {
  private readonly names = new AttributeNames();
  /** By number; an array without gaps is faster than a map. */
  private readonly parts: (Part | undefined)[] = allParts.map(() => undefined);
  private readonly loading = new Map<number, Promise<void>>();
  private readonly touched: TouchedParts;
  private readonly changed: ChangedProfiles;
  /** Profiles by part that are to be forgotten when the part is read, as halves of their hashes. */
  private readonly behind = new Map<number, number[]>();
  /** Parts whose stored content is to be used. */
  private stored: ReadonlySet<number> = new Set();
  /** Profiles noted as changed since the index was stored. */
  private changes = 0;
  private storedAtMs = Date.now();
  private storing: Promise<void> = Promise.resolve();
  /** How often somebody had to wait for a part. */
  private waits = 0;
  /** Whether the index belongs to somebody else by now. */
  private abandoned = false;
  /** The place asked for last: several questions about one identity follow each other. */
  private last: { identity: string; place: Place } | undefined;

  constructor(
    private readonly storage: ObjectStorage,
    /** `_braze/{stream}/index/` */
    private readonly folder: string,
    private readonly partitionOf: PartitionOf,
    private readonly log: Logger,
    /** Whether nothing may be stored: the index is only asked. */
    private readonly readOnly = false,
    /** Names this run. */
    run = "",
  ) {
    this.touched = new TouchedParts(storage, `${folder}touched.json`);
    this.changed = new ChangedProfiles(storage, `${folder}changed/`, run);
  }

  /**
   * Must be called first: parts that an interrupted sync left behind the truth are given up.
   * @param fresh give up all: the user wants everything to be sent again
   */
  async open(fresh: boolean): Promise<void> {
    const keys = (await this.storage.list(this.folder)).map(({ key }) => key);
    if (fresh) {
      if (!this.readOnly) await this.giveUp(keys);
      return;
    }
    const behind = await this.partsBehind(keys);
    const stored = allParts.filter((partition) => keys.includes(this.keyOf(partition)));
    this.stored = new Set(stored.filter((partition) => !behind.includes(partition)));
    if (behind.length === 0) return;
    if (!this.readOnly) await this.giveUp(behind.map((partition) => this.keyOf(partition)));
    this.warnOfParts(behind.length);
  }

  private warnOfParts(count: number): void {
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles in ${count} of ${partitions} parts of the index are sent again.`,
    );
  }

  /** Parts that are to be given up; of others single profiles may be behind. */
  private async partsBehind(keys: readonly string[]): Promise<readonly number[]> {
    const notes = await this.changed.left(keys.filter((key) => key.startsWith(this.changed.folder)));
    if (!notes) return allParts;
    for (const note of notes) this.forgetWhenRead(note);
    return keys.includes(this.touched.key) ? this.touched.left() : [];
  }

  private forgetWhenRead(profiles: ArrayLike<number>): void {
    for (let at = 0; at < profiles.length; at += profileWords) {
      const [partition, lo, hi] = [profiles[at], profiles[at + 1], profiles[at + 2]] as [
        number,
        number,
        number,
      ];
      const others = this.behind.get(partition);
      if (others) others.push(lo, hi);
      else this.behind.set(partition, [lo, hi]);
    }
  }

  /**
   * Notes, durably, profiles that an earlier run was changing when it ended: nobody knows whether it did.
   * Before any part is read.
   * @param areAll whether these are all; otherwise nobody can tell what of the index is true
   */
  async noteLeft(identities: Iterable<string>, areAll: boolean): Promise<void> {
    if (!areAll) {
      const stored = [...this.stored];
      this.stored = new Set();
      this.behind.clear();
      await this.giveUp(stored.map((partition) => this.keyOf(partition)));
      this.warnOfParts(stored.length);
      return;
    }
    const profiles: number[] = [];
    for (const identity of identities) this.addProfile(identity, undefined, profiles);
    this.forgetWhenRead(profiles);
    await this.noteChanged(profiles);
    let count = 0;
    for (const hashes of this.behind.values()) count += hashes.length / 2;
    if (count === 0) return;
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles of its last ${count} changes are sent again.`,
    );
  }

  /** Adds a profile to a list for `noteChanged`. @param place where it stands, if that was found out already */
  addProfile(identity: string, place: Place | undefined, profiles: number[]): void {
    const { partition, lo, hi } = place ?? this.placeOf(identity);
    profiles.push(partition, lo, hi);
  }

  /** Notes, durably, profiles that were changed in Braze, and are remembered: what is stored of them is behind. */
  async noteChanged(profiles: readonly number[]): Promise<void> {
    if (profiles.length === 0 || this.abandoned) return;
    await this.changed.add(profiles);
    this.changes += profiles.length / profileWords;
    // That it failed comes out at the end: then it is tried once more.
    if (this.isFarBehind()) this.store().catch(() => undefined);
  }

  /** Whether so much was changed that storing it now is worth its price: all of it would be sent again after a crash. */
  private isFarBehind(): boolean {
    const size = this.parts.reduce((sum, part) => sum + (part?.table.size ?? 0), 0);
    if (this.changes >= Math.max(manyChanges, size)) return true;
    return Date.now() - this.storedAtMs >= longMs && this.changes >= size * worthwhileShare;
  }

  /** Makes the part of an identity available. Await what is returned, if anything, before asking for its delta. */
  prepare(identity: string): Promise<unknown> | undefined {
    const { partition } = this.placeOf(identity);
    if (this.parts[partition]) return undefined;
    if (!this.stored.has(partition)) {
      this.parts[partition] = { table: new ProfileTable(), dirty: false };
      return undefined;
    }
    const part = this.load(partition);
    this.readAhead();
    return part;
  }

  /** What of an object is to be sent. The part of the identity must be available. */
  delta(identity: string, memory: Memory, body: JsonObject, mode: SendMode): Delta {
    const place = this.placeOf(identity);
    const { table } = this.partAt(place);
    const { prefix } = memory;
    const identifier = memory.identifierOf(identity);
    const delta = deltaOf(body, identifier, prefix, mode, table, table.find(place.lo, place.hi), this.names);
    if (delta.kind === "changed") delta.change.place = place;
    return delta;
  }

  /**
   * As `prepare` and `delta` in one, for an object of plain values whose hashes are known already.
   * @param hashes of the attributes with these numbers, in pairs; copied if they are needed longer
   * @returns what is to be remembered when all of the object was accepted; "look closer" where only part of it
   *   is to be sent, or nothing can be said yet
   */
  flatDelta(
    identity: string,
    nameIds: readonly number[],
    hashes: Uint32Array,
    mode: SendMode,
  ): "unchanged" | "look closer" | Change {
    const place = this.placeOf(identity);
    const table = this.parts[place.partition]?.table;
    if (!table) return "look closer";
    const position = table.find(place.lo, place.hi);
    if (position !== -1 && mode !== "everything")
      return table.holds(position, nameIds, hashes) ? "unchanged" : "look closer";
    return { place, nameIds, hashes: copied(hashes, 2 * nameIds.length), forgotten: none };
  }

  /** The numbers of attributes; undefined when there are too many names. */
  numbersOf(names: readonly string[]): number[] | undefined {
    const ids = names.map((name) => this.names.idOf(name)).filter((id) => id !== undefined);
    return ids.length === names.length ? ids : undefined;
  }

  /** Notes, durably, that profiles are about to change. Await what is returned, if anything, before sending. */
  announce(
    profiles: Iterable<{ readonly identity: string; readonly change?: Change }>,
  ): Promise<void> | undefined {
    if (this.readOnly || this.touched.isWhole) return undefined;
    const partitions: number[] = [];
    for (const { identity, change } of profiles)
      partitions.push((change?.place ?? this.placeOf(identity)).partition);
    return this.touched.add(partitions);
  }

  /** Whether the profile surely has a value for an attribute: we have set one, or have seen one there. */
  knowsValue(identity: string, name: string): boolean {
    const { table } = this.partOf(identity);
    const nameId = this.names.idOf(name);
    const { lo, hi } = this.placeOf(identity);
    const position = table.find(lo, hi);
    if (position === -1 || nameId === undefined || !table.hasName(position, nameId)) return false;
    const cleared = hashAttribute(null);
    return !table.has(position, nameId, cleared.lo, cleared.hi);
  }

  /** The attributes that a profile surely has values for; undefined for one that nothing is known of. */
  attributesOf(identity: string): string[] | undefined {
    const { table } = this.partOf(identity);
    const { lo, hi } = this.placeOf(identity);
    const position = table.find(lo, hi);
    if (position === -1) return undefined;
    const { nameIds, hashes } = table.read(position);
    const cleared = hashAttribute(null);
    const names: string[] = [];
    for (const [index, id] of nameIds.entries()) {
      const isCleared = hashes[2 * index] === cleared.lo && hashes[2 * index + 1] === cleared.hi;
      if (!isCleared) names.push(this.names.nameOf(id));
    }
    return names;
  }

  /** Remembers that a profile has values for attributes, though not which. */
  noteValues(identity: string, names: readonly string[]): void {
    const nameIds: number[] = [];
    const hashes: number[] = [];
    const { lo, hi } = hash64(seenInBraze);
    for (const name of names) {
      const nameId = this.names.idOf(name);
      if (nameId === undefined) continue;
      nameIds.push(nameId);
      hashes.push(lo, hi);
    }
    this.remember(identity, { nameIds, hashes, forgotten: none });
  }

  /** Remembers nothing of a profile any more: nobody knows whether Braze has what was sent. */
  forget(identity: string): void {
    const part = this.partOf(identity);
    const { lo, hi } = this.placeOf(identity);
    part.table.remove(lo, hi);
    part.dirty = true;
  }

  /** Remembers what Braze has accepted. */
  remember(identity: string, change: Change): void {
    const place = change.place ?? this.placeOf(identity);
    const part = this.partAt(place);
    part.table.apply(place.lo, place.hi, change);
    part.dirty = true;
  }

  /** Stores the parts that changed. */
  store(): Promise<void> {
    this.changes = 0;
    this.storedAtMs = Date.now();
    this.storing = this.storing.catch(() => undefined).then(() => this.storeChanged());
    return this.storing;
  }

  private async storeChanged(): Promise<void> {
    if (this.readOnly || this.abandoned) return;
    const noted = [...this.changed.noted];
    // What is behind in parts that nobody needed.
    await inParallel([...this.behind.keys()], async (partition) => {
      if (this.stored.has(partition) && !this.parts[partition]) await this.load(partition);
    });
    const dirty = this.parts.flatMap((part, partition) => (part?.dirty ? [{ partition, part }] : []));
    await inParallel(dirty, async ({ partition, part }) => {
      part.dirty = false;
      try {
        await this.storage.write(this.keyOf(partition), encodePart(part.table, this.names));
      } catch (error) {
        part.dirty = true;
        throw error;
      }
    });
    await this.touched.clear();
    await this.changed.remove(noted);
  }

  /** Stores nothing any more: another process is at work on the index. */
  abandon(): void {
    this.abandoned = true;
  }

  /** Removes parts, and last what says that they are not to be used. */
  private async giveUp(keys: readonly string[]): Promise<void> {
    await this.storage.remove(keys.filter((key) => key !== this.touched.key));
    await this.touched.clear();
  }

  private placeOf(identity: string): Place {
    if (this.last?.identity === identity) return this.last.place;
    const { lo, hi } = hash64(identity);
    const place = { partition: this.partitionOf(identity), lo, hi };
    this.last = { identity, place };
    return place;
  }

  private partOf(identity: string): Part {
    return this.partAt(this.placeOf(identity));
  }

  private partAt({ partition }: Place): Part {
    const part = this.parts[partition];
    if (!part) throw new Error("The part of this identity was not loaded");
    return part;
  }

  private load(partition: number): Promise<unknown> {
    let loading = this.loading.get(partition);
    if (!loading) {
      loading = this.read(partition).then((table) => {
        this.parts[partition] = { table, dirty: this.forgetBehind(partition, table) };
        this.loading.delete(partition);
      });
      this.loading.set(partition, loading);
    }
    return loading;
  }

  /** @returns whether something was forgotten */
  private forgetBehind(partition: number, table: ProfileTable): boolean {
    const profiles = this.behind.get(partition) ?? [];
    this.behind.delete(partition);
    for (let at = 0; at < profiles.length; at += 2)
      table.remove(profiles[at] as number, profiles[at + 1] as number);
    return profiles.length > 0;
  }

  /** The more parts were needed, the more others are read meanwhile: a few for few profiles, soon all for many. */
  private readAhead(): void {
    this.waits += 1;
    for (const partition of this.stored) {
      if (this.loading.size >= Math.min(this.waits, concurrency)) return;
      // Who needs the part will hear of a failure.
      if (!this.parts[partition]) this.load(partition).catch(() => undefined);
    }
  }

  private async read(partition: number): Promise<ProfileTable> {
    const key = this.keyOf(partition);
    try {
      return decodePart(await readAll(this.storage, key), this.names);
    } catch (error) {
      if (error instanceof DamagedPartError) {
        this.log.warn(
          `${this.storage.location}/${key} can't be used (${error.message}): the profiles in it are sent again.`,
        );
      } else if (!(error instanceof ObjectNotFoundError)) throw error;
      return new ProfileTable();
    }
  }

  private keyOf(partition: number): string {
    return `${this.folder}${String(partition).padStart(3, "0")}.bin`;
  }
}

/** Not a typed array: making a small one costs ten times as much. */
function copied(numbers: Uint32Array, length: number): number[] {
  const copy = new Array<number>(length);
  for (let index = 0; index < length; index++) copy[index] = numbers[index] as number;
  return copy;
}

async function inParallel<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++];
      if (item !== undefined) await action(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
