import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { isObject } from "@braze-connectors/shared/json";
import { StorageLock } from "@braze-connectors/shared/storage/lock";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { Journal } from "../journal/journal";
import { type LeftPart, listParts } from "../staging/left-parts";
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
  /** Where Braze is: what one instance has says nothing of another. */
  url: string;
  generation: Generation;
  partitionOf: PartitionOf;
  log: Logger;
  stop: AbortSignal;
  /** Whether nothing may be stored: the index is only asked. */
  readOnly: boolean;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  /** Told when another sync has taken the index over. */
  lost: (error: Error) => void;
}

/** What the index is of. */
interface Origin {
  generation_id?: number;
  url?: string;
}

/** Where what is on its way is kept. @param folder `_braze/{stream}/` */
export const stagedFolder = (folder: string): string => `${folder}staged/`;

/** What is remembered of a stream from sync to sync, held by this one alone. */
export class StreamIndex {
  private constructor(
    readonly index: DeltaIndex,
    /** Absent where nothing is sent. */
    readonly journal: Journal | undefined,
    /** What earlier runs staged and did not remove. */
    readonly leftParts: readonly LeftPart[],
    private readonly lock: StorageLock | undefined,
  ) {}

  /**
   * Takes the lock and opens the index; a new generation or another Braze starts with an empty one.
   * @throws transient_error when another sync holds it
   */
  static async open(options: StreamIndexOptions): Promise<StreamIndex> {
    const { storage, folder, stream, partitionOf, log, stop, readOnly, run } = options;
    const index = new DeltaIndex(storage, `${folder}index/`, partitionOf, log, readOnly, run);
    if (readOnly) {
      await index.open(await startsFresh(options));
      return new StreamIndex(index, undefined, [], undefined);
    }
    const lost = (error: Error): void => {
      index.abandon();
      options.lost(error);
    };
    const lock = await StorageLock.acquire(storage, `${folder}lock/`, `the stream ${stream}`, { stop, lost });
    try {
      const fresh = await startsFresh(options);
      await index.open(fresh);
      const left = await listParts(storage, stagedFolder(folder));
      // Before the journal, which says what of it is settled.
      if (fresh) await storage.remove(left.map(({ key }) => key));
      const leftParts = fresh ? [] : left;
      const runs = leftParts.map((part) => part.run);
      const journal = await Journal.read({ storage, folder: `${folder}journal/`, run, log }, fresh, runs);
      await storeOrigin(options);
      return new StreamIndex(index, journal, leftParts, lock);
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.lock?.release();
  }
}

/** Whether the stored index is not to be used, and why; said in the log. */
async function startsFresh({
  storage,
  folder,
  stream,
  url,
  generation,
  log,
}: StreamIndexOptions): Promise<boolean> {
  const stored = await storedOrigin(storage, keyOf(folder));
  if (stored.url !== undefined && stored.url !== url) {
    log.warn(
      `${stream}: what was sent so far went to ${stored.url}, not to ${url}; everything is sent again.`,
    );
    return true;
  }
  const { id, minimum } = generation;
  const fresh = id !== undefined && minimum === id && stored.generation_id !== id;
  if (fresh) log.info(`${stream}: generation ${id} begins; everything is sent again.`);
  return fresh;
}

const keyOf = (folder: string): string => `${folder}generation.json`;

async function storedOrigin(storage: ObjectStorage, key: string): Promise<Origin> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, key)).toString());
    if (!isObject(value)) return {};
    const { generation_id, url } = value;
    return {
      ...(typeof generation_id === "number" ? { generation_id } : {}),
      ...(typeof url === "string" ? { url } : {}),
    };
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return {};
    throw error;
  }
}

async function storeOrigin({ storage, folder, generation, url }: StreamIndexOptions): Promise<void> {
  const stored = await storedOrigin(storage, keyOf(folder));
  const generation_id = generation.id ?? stored.generation_id;
  if (stored.url === url && stored.generation_id === generation_id) return;
  await storage.write(
    keyOf(folder),
    Buffer.from(
      `${JSON.stringify({ version: 1, generation_id, url } satisfies Origin & { version: number })}\n`,
    ),
  );
}
