import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { AttributeNames } from "./attribute-names";
import { canonicalAttribute } from "./canonical";
import { applyChange, type Change, type Delta, deltaOf, type SendMode } from "./delta";
import { DamagedPartError, decodePart, encodePart } from "./part-file";
import { type PartitionOf, partitions } from "./partition";
import { ProfileTable } from "./profile-table";
import { TouchedParts } from "./touched-parts";

interface Part {
  table: ProfileTable;
  /** Changed since it was stored. */
  dirty: boolean;
}

/** Stands for a value that Braze has and we don't know; no value has this as its text. */
const seenInBraze = "a value seen in Braze";
/** Parts stored or read at the same time. */
const concurrency = 8;

/**
 * What Braze has from us: for each identity a hash of each attribute's value, no values and no
 * identifiers. It lives in parts under `_braze/{stream}/index/`; a part is read when its first identity
 * comes along and written again only if it changed.
 */
export class DeltaIndex {
  private readonly names = new AttributeNames();
  private readonly parts = new Map<number, Part>();
  private readonly loading = new Map<number, Promise<Part>>();
  private readonly touched: TouchedParts;
  /** Parts whose stored content is not to be used. */
  private ignored: ReadonlySet<number> = new Set();

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
    if (fresh) {
      this.ignored = new Set(Array.from({ length: partitions }, (_, partition) => partition));
      if (!this.readOnly) await this.reset();
      return;
    }
    const behind = await this.touched.left();
    if (behind.length === 0) return;
    this.ignored = new Set(behind);
    if (!this.readOnly) {
      await this.storage.remove(behind.map((partition) => this.keyOf(partition)));
      await this.touched.clear();
    }
    this.log.warn(
      `The last sync ended before it could store what it had sent: the profiles in ${behind.length} of ${partitions} parts of the index are sent again.`,
    );
  }

  /** Makes the part of an identity available. Await what is returned, if anything, before asking for its delta. */
  prepare(identity: string): Promise<unknown> | undefined {
    const partition = this.partitionOf(identity);
    if (this.parts.has(partition)) return undefined;
    let loading = this.loading.get(partition);
    if (!loading) {
      loading = this.load(partition).then((part) => {
        this.parts.set(partition, part);
        this.loading.delete(partition);
        return part;
      });
      this.loading.set(partition, loading);
    }
    return loading;
  }

  /** What of an object is to be sent. The part of the identity must be available. */
  delta(identity: string, identifier: string, body: JsonObject, mode: SendMode): Delta {
    const { table } = this.partOf(identity);
    const { lo, hi } = hash64(identity);
    return deltaOf(body, identifier, mode, table, table.find(lo, hi), this.names);
  }

  /** Notes, durably, that profiles are about to change. Await what is returned, if anything, before sending. */
  announce(identities: readonly string[]): Promise<void> | undefined {
    if (this.readOnly) return undefined;
    return this.touched.add(identities.map((identity) => this.partitionOf(identity)));
  }

  /** Whether the profile surely has a value for an attribute: we have set one, or have seen one there. */
  knowsValue(identity: string, name: string): boolean {
    const { table } = this.partOf(identity);
    const nameId = this.names.idOf(name);
    const { lo, hi } = hash64(identity);
    const position = table.find(lo, hi);
    if (position === -1 || nameId === undefined || !table.hasName(position, nameId)) return false;
    const cleared = hash64(canonicalAttribute(null));
    return !table.has(position, nameId, cleared.lo, cleared.hi);
  }

  /** Remembers that a profile has values for attributes, though not which. */
  noteValues(identity: string, names: readonly string[]): void {
    const change: Change = { nameIds: [], hashes: [], forgotten: [] };
    const { lo, hi } = hash64(seenInBraze);
    for (const name of names) {
      const nameId = this.names.idOf(name);
      if (nameId === undefined) continue;
      change.nameIds.push(nameId);
      change.hashes.push(lo, hi);
    }
    this.remember(identity, change);
  }

  /** Remembers nothing of a profile any more: nobody knows whether Braze has what was sent. */
  forget(identity: string): void {
    const part = this.partOf(identity);
    const { lo, hi } = hash64(identity);
    part.table.remove(lo, hi);
    part.dirty = true;
  }

  /** Remembers what Braze has accepted. */
  remember(identity: string, change: Change): void {
    const part = this.partOf(identity);
    const { lo, hi } = hash64(identity);
    const position = part.table.find(lo, hi);
    part.table.write(lo, hi, applyChange(position === -1 ? undefined : part.table.read(position), change));
    part.dirty = true;
  }

  /** Stores the parts that changed. */
  async store(): Promise<void> {
    if (this.readOnly) return;
    const dirty = [...this.parts].filter(([, part]) => part.dirty);
    await inParallel(dirty, async ([partition, part]) => {
      part.dirty = false;
      const bytes = encodePart(part.table, this.names);
      await this.storage.write(this.keyOf(partition), bytes);
    });
    await this.touched.clear();
  }

  /** Removes everything that is stored. */
  private async reset(): Promise<void> {
    const stored = await this.storage.list(this.folder);
    await this.storage.remove(stored.map(({ key }) => key));
  }

  private partOf(identity: string): Part {
    const part = this.parts.get(this.partitionOf(identity));
    if (!part) throw new Error("The part of this identity was not loaded");
    return part;
  }

  private async load(partition: number): Promise<Part> {
    const key = this.keyOf(partition);
    if (this.ignored.has(partition)) return { table: new ProfileTable(), dirty: false };
    try {
      return { table: decodePart(await readAll(this.storage, key), this.names), dirty: false };
    } catch (error) {
      if (error instanceof DamagedPartError) {
        this.log.warn(
          `${this.storage.location}/${key} can't be used (${error.message}): the profiles in it are sent again.`,
        );
      } else if (!(error instanceof ObjectNotFoundError)) throw error;
      return { table: new ProfileTable(), dirty: false };
    }
  }

  private keyOf(partition: number): string {
    return `${this.folder}${String(partition).padStart(3, "0")}.bin`;
  }
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
