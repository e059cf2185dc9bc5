import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Memory } from "../objects/endpoint";
import { hashAttribute } from "./attribute-hash";
import { AttributeNames } from "./attribute-names";
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
  /** Parts whose stored content is to be used. */
  private stored: ReadonlySet<number> = new Set();
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
  ) {
    this.touched = new TouchedParts(storage, `${folder}touched.json`);
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
    const behind = keys.includes(this.touched.key) ? await this.touched.left() : [];
    const stored = allParts.filter((partition) => keys.includes(this.keyOf(partition)));
    this.stored = new Set(stored.filter((partition) => !behind.includes(partition)));
    if (behind.length === 0) return;
    if (!this.readOnly) await this.giveUp(behind.map((partition) => this.keyOf(partition)));
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles in ${behind.length} of ${partitions} parts of the index are sent again.`,
    );
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
  async store(): Promise<void> {
    if (this.readOnly || this.abandoned) return;
    const dirty = this.parts.flatMap((part, partition) => (part?.dirty ? [{ partition, part }] : []));
    await inParallel(dirty, async ({ partition, part }) => {
      part.dirty = false;
      const bytes = encodePart(part.table, this.names);
      await this.storage.write(this.keyOf(partition), bytes);
    });
    await this.touched.clear();
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
        this.parts[partition] = { table, dirty: false };
        this.loading.delete(partition);
      });
      this.loading.set(partition, loading);
    }
    return loading;
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
