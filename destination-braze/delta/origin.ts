import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { isObject } from "@braze-connectors/shared/json";
import { isWithin, type Shard, shardName, shardsOverlap } from "@braze-connectors/shared/shard";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { partitions, partsOf, sharesIndex } from "./partition";

/** The generations of a configured stream, as the catalog names them. */
export interface Generation {
  id: number | undefined;
  /** Equal to `id` when the user asked for a fresh start. */
  minimum: number | undefined;
}

/** What is stored of a stream, or of a shard of it, is of this generation and went to this Braze. */
export interface Origin {
  generation_id?: number;
  url?: string;
  /** The run that noted it, the first one with this index; later runs have names that sort behind it. */
  since?: string;
}

/** An origin, and of what it tells. */
export interface OriginOf {
  shard: Shard;
  origin: Origin;
}

/** Where the origin of what a folder holds is noted. */
export const originKey = (folder: string): string => `${folder}generation.json`;

/** Reads an origin; an empty one where nothing usable is stored. */
export async function readOrigin(storage: ObjectStorage, folder: string): Promise<Origin> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, originKey(folder))).toString());
    if (!isObject(value)) return {};
    const { generation_id, url, since } = value;
    return {
      ...(typeof generation_id === "number" ? { generation_id } : {}),
      ...(typeof url === "string" ? { url } : {}),
      ...(typeof since === "string" ? { since } : {}),
    };
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** What is known of the index that a shard uses. */
export interface InForce {
  /** The origins that count for its parts: of each part the latest one. */
  origins: Origin[];
  /** Whether something was sent meanwhile that another index knows of: then this one is behind the truth. */
  isBehind: boolean;
}

/**
 * Finds out what counts for a shard. Origins of a stream that was divided otherwise before lie in several places; and
 * what could not be divided is in indexes that know nothing of each other.
 */
export function inForceFor(known: readonly OriginOf[], shard: Shard): InForce {
  const latestFirst = [...known].sort((a, b) => (sinceOf(a.origin) < sinceOf(b.origin) ? 1 : -1));
  const origins = new Set<Origin>();
  let isBehind = false;
  for (const piece of piecesOf(shard)) {
    const own = latestFirst.find((each) => isSameIndex(each.shard, shard) && isWithin(piece, each.shard));
    const other = latestFirst.find(
      (each) => !isSameIndex(each.shard, shard) && shardsOverlap(each.shard, piece),
    );
    origins.add(own?.origin ?? nothing);
    isBehind ||= other !== undefined && sinceOf(other.origin) > sinceOf(own?.origin);
  }
  return { origins: [...origins], isBehind };
}

/** A shard in pieces that were never divided among others: parts of the index that all have in common, or itself. */
const piecesOf = (shard: Shard): Shard[] =>
  sharesIndex(shard) ? partsOf(shard).map((part) => ({ index: part, count: partitions })) : [shard];

const isSameIndex = (one: Shard, other: Shard): boolean =>
  sharesIndex(one) ? sharesIndex(other) : shardName(one) === shardName(other);

const nothing: Origin = {};
const sinceOf = (origin: Origin | undefined): string => origin?.since ?? "";

export interface Wanted {
  /** For people. */
  stream: string;
  url: string;
  generation: Generation;
}

/** Whether everything begins anew, as if nothing was stored, and why; said in the log. */
export function beginsAnew(
  { origins: inForce }: InForce,
  { stream, url, generation }: Wanted,
  log: Logger,
): boolean {
  const other = inForce.find((stored) => stored.url !== undefined && stored.url !== url);
  if (other) {
    log.warn(
      `${stream}: what was sent so far went to ${other.url}, not to ${url}; everything is sent again.`,
    );
    return true;
  }
  const { id, minimum } = generation;
  const fresh = id !== undefined && minimum === id && inForce.some((stored) => stored.generation_id !== id);
  if (fresh) log.info(`${stream}: generation ${id} begins; everything is sent again.`);
  return fresh;
}

/** Notes in a folder what its content is of from now on, unless that is known. */
export async function storeOrigin(
  storage: ObjectStorage,
  folder: string,
  { origins: inForce, isBehind }: InForce,
  { url, generation }: Wanted,
  run: string,
): Promise<void> {
  const [first] = inForce;
  const isOne = inForce.every((each) => each.generation_id === first?.generation_id);
  const generation_id = generation.id ?? (isOne ? first?.generation_id : undefined);
  const isKnown = inForce.every((stored) => stored.url === url && stored.generation_id === generation_id);
  if (isKnown && !isBehind) return;
  const origin: Origin = { ...(generation_id === undefined ? {} : { generation_id }), url, since: run };
  await storage.write(originKey(folder), Buffer.from(`${JSON.stringify({ version: 1, ...origin })}\n`));
}
