import { configError } from "@braze-connectors/shared/airbyte/errors";
import {
  describeShard,
  isWithin,
  type Shard,
  shardName,
  shardsOverlap,
  wholeWork,
} from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { beginningsKey } from "../journal/beginnings";
import { originKey } from "./origin";
import { allParts, partName, sharesIndex } from "./partition";

/**
 * What is remembered of a stream that is divided: the parts of its index are everybody's, and each shard changes its
 * own. Everything else (what is on its way, the journal, notes) a shard keeps in a folder of its own, as a process that
 * does everything keeps it in the stream's; so does it with the index where that can't be divided.
 * @param folder `_braze/{stream}/`
 */
export const ownFolder = (folder: string, shard: Shard | undefined): string =>
  shard === undefined ? folder : `${shardsFolder(folder)}${shardName(shard)}/`;

const shardsFolder = (folder: string): string => `${folder}shards/`;

/** Where what is on its way is kept. @param own see `ownFolder` */
export const stagedFolder = (own: string): string => `${own}staged/`;
export const journalFolder = (own: string): string => `${own}journal/`;
export const notesFolder = (own: string): string => `${own}index/`;

/** Where syncs of other streams note what is to be forgotten, for all shards. @param folder `_braze/{stream}/` */
export const forgottenFolder = (folder: string): string => `${folder}forgotten/`;

/** Where the parts of the index are. @param folder `_braze/{stream}/` */
export const indexFolder = (folder: string, shard: Shard): string =>
  sharesIndex(shard) ? `${folder}index/` : notesFolder(ownFolder(folder, shard));

/** A share of the stream that overlaps with this process's and is not the same: of when the number of shards was another. */
export interface Division {
  shard: Shard;
  folder: string;
  /** Files about what a run had on its way when it ended. */
  unsettled: readonly string[];
}

/** Finds the other divisions of a stream, all of whose locks this process holds with its own. */
export async function otherDivisions(
  storage: ObjectStorage,
  folder: string,
  own: Shard | undefined,
): Promise<Division[]> {
  const keys = (await storage.list(shardsFolder(folder))).map(({ key }) => key);
  const names = new Set(keys.map((key) => key.slice(shardsFolder(folder).length).split("/", 1)[0] ?? ""));
  const divisions = [...names]
    .flatMap((name) => shardOfName(name) ?? [])
    .filter((shard) => shardsOverlap(shard, own ?? wholeWork))
    .filter((shard) => own === undefined || shardName(shard) !== shardName(own))
    .map((shard): Division => {
      const place = ownFolder(folder, shard);
      const parts = allParts.map((part) => `${notesFolder(place)}${partName(part)}`);
      const kept = new Set([originKey(place), beginningsKey(journalFolder(place)), ...parts]);
      const unsettled = keys.filter((key) => key.startsWith(place) && !kept.has(key));
      return { shard, folder: place, unsettled };
    });
  return own === undefined ? divisions : [...divisions, await wholeDivision(storage, folder)];
}

/** What processes that did everything left. */
async function wholeDivision(storage: ObjectStorage, folder: string): Promise<Division> {
  const places = [stagedFolder(folder), journalFolder(folder), `${notesFolder(folder)}changed/`];
  const listings = await Promise.all(
    [...places, `${notesFolder(folder)}touched.json`].map((place) => storage.list(place)),
  );
  const keys = listings.flat().map(({ key }) => key);
  const unsettled = keys.filter((key) => key !== beginningsKey(journalFolder(folder)));
  return { shard: wholeWork, folder, unsettled };
}

function shardOfName(name: string): Shard | undefined {
  const [, index, count] = /^(\d+)-of-(\d+)$/.exec(name) ?? [];
  return index === undefined || count === undefined
    ? undefined
    : { index: Number(index), count: Number(count) };
}

/**
 * Sees to it that nothing is left that only the same share could settle: staged objects of it would come late, over
 * newer values.
 * @param anew whether everything is sent again: then what is left of parts of this share does not count
 * @throws config_error that says which share has to run once more
 */
export async function settleDivisions(
  divisions: readonly Division[],
  {
    storage,
    stream,
    own,
    anew,
  }: { storage: ObjectStorage; stream: string; own: Shard | undefined; anew: boolean },
): Promise<void> {
  for (const { shard, unsettled } of divisions) {
    if (unsettled.length === 0) continue;
    if (!anew || !isWithin(shard, own ?? wholeWork)) throw unsettledError(stream, shard);
    await storage.remove(unsettled);
  }
}

function unsettledError(stream: string, shard: Shard): Error {
  const [who, how] =
    shard.count === 1
      ? ["A sync that was not divided", 'without "shard"']
      : [`A sync of ${describeShard(shard)}`, `with "shard" ${JSON.stringify(shard)}`];
  return configError(
    `${who} ended before it had settled all of the stream ${stream}: run it once more ${how} before the number of shards changes.`,
    { help: "shards" },
  );
}
