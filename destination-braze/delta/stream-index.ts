import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { isObject } from "@braze-connectors/shared/json";
import { StorageLock } from "@braze-connectors/shared/storage/lock";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { DeltaIndex } from "./delta-index";
import type { PartitionOf } from "./partition";

/** The generations of a configured stream, as the catalog names them. */
export interface Generation {
  id: number | undefined;
  /** Equal to `id` when the user asked for a fresh start. */
  minimum: number | undefined;
}

export interface StreamIndexOptions {
  storage: ObjectStorage;
  /** `_braze/{stream}/` */
  folder: string;
  stream: string;
  generation: Generation;
  partitionOf: PartitionOf;
  log: Logger;
  stop: AbortSignal;
  /** Whether nothing may be stored: the index is only asked. */
  readOnly: boolean;
}

/** The delta index of a stream, held by this sync alone. */
export class StreamIndex {
  private constructor(
    readonly index: DeltaIndex,
    private readonly lock: StorageLock | undefined,
  ) {}

  /**
   * Takes the lock and opens the index; a new generation starts with an empty one.
   * @throws transient_error when another sync holds it
   */
  static async open(options: StreamIndexOptions): Promise<StreamIndex> {
    const { storage, folder, stream, stop, readOnly } = options;
    if (readOnly) return new StreamIndex(await openIndex(options), undefined);
    const lock = await StorageLock.acquire(storage, `${folder}lock.json`, `the stream ${stream}`, { stop });
    try {
      return new StreamIndex(await openIndex(options), lock);
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.lock?.release();
  }
}

async function openIndex(options: StreamIndexOptions): Promise<DeltaIndex> {
  const { storage, folder, stream, generation, partitionOf, log, readOnly } = options;
  const key = `${folder}generation.json`;
  const index = new DeltaIndex(storage, `${folder}index/`, partitionOf, log, readOnly);
  const fresh = await startsFresh(storage, key, generation);
  if (fresh) log.info(`${stream}: generation ${generation.id} begins; everything is sent again.`);
  await index.open(fresh);
  if (!readOnly) await storeGeneration(storage, key, generation);
  return index;
}

/** Whether the catalog asks for a generation that the index does not belong to yet. */
async function startsFresh(
  storage: ObjectStorage,
  key: string,
  { id, minimum }: Generation,
): Promise<boolean> {
  return id !== undefined && minimum === id && (await storedGeneration(storage, key)) !== id;
}

async function storedGeneration(storage: ObjectStorage, key: string): Promise<number | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, key)).toString());
    return isObject(value) && typeof value.generation_id === "number" ? value.generation_id : undefined;
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function storeGeneration(storage: ObjectStorage, key: string, { id }: Generation): Promise<void> {
  if (id === undefined || (await storedGeneration(storage, key)) === id) return;
  await storage.write(key, Buffer.from(`${JSON.stringify({ version: 1, generation_id: id })}\n`));
}
