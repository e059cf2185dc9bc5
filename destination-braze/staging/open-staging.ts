import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { Shard } from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { ownFolder, stagedFolder } from "../delta/divisions";
import { streamFolder } from "../delta/open-indexes";
import type { StreamIndex } from "../delta/stream-index";
import type { Undone } from "../delta/undone";
import type { Journals } from "../journal/journals";
import type { Deltas } from "../pipeline/deltas";
import { PartWriter } from "./part-writer";
import { Staging } from "./staging";
import { type Restaged, takeOver } from "./take-over";

export interface OpenStagingOptions {
  storage: ObjectStorage;
  shard: Shard | undefined;
  /** By stream; all their locks are held. */
  indexes: ReadonlyMap<string, StreamIndex>;
  journals: Journals;
  deltas: Deltas;
  undone: Undone;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  /** Requests to Braze at a time. */
  concurrentRequests: number;
  halt: AbortSignal;
  failed: (error: unknown) => void;
  log: Logger;
}

/** Opens the staging of a sync, with what earlier runs left of theirs. */
export async function openStaging(
  options: OpenStagingOptions,
): Promise<{ staging: Staging; leftOver: Restaged[] }> {
  const { storage, shard, indexes, journals, undone, run, log } = options;
  const folderOf = (stream: string): string => stagedFolder(ownFolder(streamFolder(stream), shard));
  const reachOf = (stream: string): number => journals.of(stream)?.reach ?? 0;
  const writer = new PartWriter(storage, folderOf, run, reachOf);
  const streams = new Map(
    [...indexes].flatMap(([stream, { journal, index, leftParts }]) =>
      journal ? [[stream, { journal, index, leftParts }]] : [],
    ),
  );
  const leftOver = await takeOver(streams, writer, undone, storage, log);
  return { staging: new Staging({ ...options, writer }), leftOver };
}
