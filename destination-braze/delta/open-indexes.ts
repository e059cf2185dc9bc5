import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { Shard } from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import { folderName } from "../pipeline/rejected";
import { streamKey } from "../routes";
import { partitionOf } from "./partition";
import { StreamIndex } from "./stream-index";

export interface IndexOptions {
  /** Where Braze is. */
  url: string;
  /** The share that this process does; undefined when it does everything. */
  shard?: Shard | undefined;
  /** Whether nothing may be stored: the indexes are only asked. */
  readOnly: boolean;
  /** Names this run; later runs have names that sort behind it. */
  run: string;
  /** Told when another sync has taken an index over. */
  lost: (error: Error) => void;
}

/** Where everything is kept that is remembered of a stream. */
export const streamFolder = (stream: string): string => `_braze/${folderName(stream)}/`;

/**
 * Opens what is remembered of each stream, all or none.
 * @returns by stream
 * @throws transient_error when another sync is at work on one of them
 */
export async function openIndexes(
  catalog: ConfiguredAirbyteCatalog,
  storage: ObjectStorage,
  options: IndexOptions,
  context: Context,
): Promise<Map<string, StreamIndex>> {
  const opened = new Map<string, StreamIndex>();
  try {
    for (const { stream, generation_id: id, minimum_generation_id: minimum } of catalog.streams) {
      const key = streamKey(stream.name, stream.namespace);
      opened.set(
        key,
        await StreamIndex.open({
          storage,
          folder: streamFolder(key),
          stream: key,
          generation: { id, minimum },
          partitionOf,
          log: context.log,
          stop: context.stop,
          ...options,
        }),
      );
    }
  } catch (error) {
    await closeIndexes(opened);
    throw error;
  }
  return opened;
}

/** Gives the locks back; one that can't be given back is taken over by the next sync. */
export async function closeIndexes(indexes: ReadonlyMap<string, StreamIndex>): Promise<void> {
  for (const index of indexes.values()) await index.close().catch(() => undefined);
}
