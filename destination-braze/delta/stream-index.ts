import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { type Shard, wholeWork } from "@braze-connectors/shared/shard";
import { StorageLock } from "@braze-connectors/shared/storage/lock";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { Journal } from "../journal/journal";
import { type LeftPart, listParts } from "../staging/left-parts";
import { DeltaIndex } from "./delta-index";
import {
  forgottenFolder,
  indexFolder,
  journalFolder,
  notesFolder,
  otherDivisions,
  ownFolder,
  settleDivisions,
  stagedFolder,
} from "./divisions";
import { beginsAnew, type Generation, inForceFor, readOrigin, storeOrigin } from "./origin";
import { type PartitionOf, partitions, partsOf } from "./partition";

export interface StreamIndexOptions {
  storage: ObjectStorage;
  /** `_braze/{stream}/` */
  folder: string;
  stream: string;
  /** Where Braze is: what one instance has says nothing of another. */
  url: string;
  generation: Generation;
  partitionOf: PartitionOf;
  /** The share that this process does; undefined when it does everything. */
  shard?: Shard | undefined;
  log: Logger;
  stop: AbortSignal;
  /** Whether nothing may be stored: the index is only asked. */
  readOnly: boolean;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  /** Told when another sync has taken the index over. */
  lost: (error: Error) => void;
}

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
    const { storage, folder, stream, partitionOf, shard, log, stop, readOnly, run } = options;
    const place = ownFolder(folder, shard);
    const share = shard ?? wholeWork;
    const own = { parts: partsOf(share), notes: notesFolder(place), byOthers: forgottenFolder(folder) };
    const index = new DeltaIndex(storage, indexFolder(folder, share), partitionOf, log, readOnly, run, own);
    if (readOnly) {
      const { anew, inForce } = await findOut(options);
      await index.open(anew || inForce.isBehind);
      return new StreamIndex(index, undefined, [], undefined);
    }
    const lost = (error: Error): void => {
      index.abandon();
      options.lost(error);
    };
    const what = `the stream ${stream}`;
    const lock = await StorageLock.acquire(storage, `${folder}lock/`, what, { shard, stop, lost });
    try {
      const { anew, divisions, inForce } = await findOut(options);
      await settleDivisions(divisions, { storage, stream, own: shard, anew });
      await index.open(anew || inForce.isBehind);
      const left = await listParts(storage, stagedFolder(place));
      // Before the journal, which says what of it is settled.
      if (anew) await storage.remove(left.map(({ key }) => key));
      const leftParts = anew ? [] : left;
      const runs = leftParts.map((part) => part.run);
      const journal = await Journal.read({ storage, folder: journalFolder(place), run, log }, anew, runs);
      await storeOrigin(storage, place, inForce, options, run);
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

/** What is stored of the stream: in which divisions, of what, and whether it is not to be used. */
async function findOut(options: StreamIndexOptions) {
  const { storage, folder, shard, log } = options;
  const divisions = await otherDivisions(storage, folder, shard);
  const places = [{ shard: shard ?? wholeWork, folder: ownFolder(folder, shard) }, ...divisions];
  const known = await Promise.all(
    places.map(async (place) => ({ shard: place.shard, origin: await readOrigin(storage, place.folder) })),
  );
  const inForce = inForceFor(known, shard ?? wholeWork);
  const anew = beginsAnew(inForce, options, log);
  if (inForce.isBehind && !anew) log.warn(divided(options.stream));
  return { divisions, inForce, anew };
}

const divided = (stream: string): string =>
  `${stream}: the number of shards has changed, and the old or the new one does not divide ${partitions}: everything is sent again.`;
