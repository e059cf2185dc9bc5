import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { giveBack } from "@braze-connectors/shared/give-back";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { AttributeNames } from "./attribute-names";
import { DamagedPartError, decodePart, encodePart } from "./part-file";
import { allParts, partName } from "./partition";
import { ProfileTable } from "./profile-table";
import type { ProfilesBehind } from "./profiles-behind";

export interface Part {
  table: ProfileTable;
  /** Changed since it was stored. */
  dirty: boolean;
}

/** Parts stored or read at the same time. */
const concurrency = 8;

/** The parts of an index: each is read when its first identity comes along, and written again only if it changed. */
export class IndexParts {
  /** Those in memory, by number: an array without gaps is faster than a map. */
  readonly inMemory: (Part | undefined)[] = allParts.map(() => undefined);
  private readonly loading = new Map<number, Promise<void>>();
  /** Parts whose stored content is to be used. */
  private stored: ReadonlySet<number> = new Set();
  /** How often somebody had to wait for a part. */
  private waits = 0;

  /**
   * @param folder `_braze/{stream}/index/`
   * @param names of the attributes in all parts
   * @param behind what is to be forgotten of the parts
   */
  constructor(
    private readonly storage: ObjectStorage,
    private readonly folder: string,
    private readonly names: AttributeNames,
    private readonly behind: ProfilesBehind,
    private readonly log: Logger,
  ) {}

  /** Says which parts have a stored content that is to be used; all others begin empty. */
  useStored(partitions: readonly number[]): void {
    this.stored = new Set(partitions);
  }

  /** Parts whose stored content is to be used. */
  get used(): number[] {
    return [...this.stored];
  }

  /** Profiles in memory. */
  get size(): number {
    return this.inMemory.reduce((sum, part) => sum + (part?.table.size ?? 0), 0);
  }

  /** Brings a part that is not there into memory. Await what is returned, if anything, before using it. */
  prepare(partition: number): Promise<unknown> | undefined {
    if (!this.stored.has(partition)) {
      this.inMemory[partition] = { table: new ProfileTable(), dirty: false };
      return undefined;
    }
    const part = this.load(partition);
    this.readAhead();
    return part;
  }

  /** Writes the parts that changed, and those of which something is behind though nobody needed them. */
  async write(): Promise<void> {
    await inParallel(this.behind.partitions, async (partition) => {
      if (this.stored.has(partition) && !this.inMemory[partition]) await this.load(partition);
    });
    const dirty = this.inMemory.flatMap((part, partition) => (part?.dirty ? [{ partition, part }] : []));
    await inParallel(dirty, async ({ partition, part }) => {
      part.dirty = false;
      try {
        await this.storage.write(this.keyOf(partition), encodePart(part.table, this.names));
      } catch (error) {
        part.dirty = true;
        throw error;
      }
    });
  }

  keyOf(partition: number): string {
    return `${this.folder}${partName(partition)}`;
  }

  private load(partition: number): Promise<unknown> {
    let loading = this.loading.get(partition);
    if (!loading) {
      loading = this.read(partition).then((table) => {
        this.inMemory[partition] = { table, dirty: this.behind.forgetIn(partition, table) };
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
      if (!this.inMemory[partition]) this.load(partition).catch(() => undefined);
    }
  }

  private async read(partition: number): Promise<ProfileTable> {
    const key = this.keyOf(partition);
    try {
      const bytes = await readAll(this.storage, key);
      const table = decodePart(bytes, this.names);
      giveBack(bytes);
      return table;
    } catch (error) {
      if (error instanceof DamagedPartError) {
        this.log.warn(
          `${this.storage.location}/${key} can't be used (${error.message}): the profiles in it are sent again.`,
        );
      } else if (!(error instanceof ObjectNotFoundError)) throw error;
      return new ProfileTable();
    }
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
