import { type Shard, shardName } from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";

/** What the shards of a sync have in common when they read one stream of exports, and which of them this one is. */
export interface Sharing {
  shard: Shard;
  /** The sync as its host names it; null when it has no name. */
  sync: number | null;
  /** When this shard started, epoch ms. */
  beganAtMs: number;
  /** Fingerprint of what is requested of Braze: the same for all shards. */
  request: string;
}

const root = "_source-braze/shards/";

/** Where the notes about the exports of a segment lie. */
export const notesFolder = (segmentId: string, { request }: Sharing): string =>
  `${root}${segmentId}/${request}/`;

/** The note for one shard: each takes its own away. */
export const noteKey = (segmentId: string, sharing: Sharing, index = sharing.shard.index): string =>
  `${notesFolder(segmentId, sharing)}${shardName({ index, count: sharing.shard.count })}.json`;

/** Finds out whether notes can be written and removed. */
export async function probeNotes(storage: ObjectStorage): Promise<void> {
  const key = `${root}probe`;
  await storage.write(key, Buffer.from("Notes about exports are going to be written here.\n"));
  await storage.remove([key]);
}
