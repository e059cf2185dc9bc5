import { configError } from "./airbyte/errors";
import { remainderBy, remainderOfHash } from "./hash/remainder";

/** A share of the work that several processes do: all texts whose XXH64 (seed 42) modulo `count` is `index`. */
export interface Shard {
  index: number;
  count: number;
}

/** All of the work. */
export const wholeWork: Shard = { index: 0, count: 1 };

/**
 * The `shard` of a config; undefined where one process does all the work.
 * @throws config_error for a share that does not exist
 */
export function shardOf(configured: Shard | undefined): Shard | undefined {
  if (configured === undefined) return undefined;
  const { index, count } = configured;
  if (index >= count) {
    throw configError(
      `"shard" has the index ${index} and the count ${count}: indexes are counted from 0, so the index must be less than the count.`,
      { help: "shards" },
    );
  }
  return count === 1 ? undefined : { index, count };
}

/** Says of a text whether it belongs to a shard. */
export type Owns = (text: string) => boolean;

export function ownedBy({ index, count }: Shard): Owns {
  const remainder = remainderBy(count);
  return (text) => remainder(text) === index;
}

/** As `ownedBy`, from the halves of the text's hash. */
export function ownsHash({ index, count }: Shard): (lo: number, hi: number) => boolean {
  const remainder = remainderOfHash(count);
  return (lo, hi) => remainder(lo, hi) === index;
}

/** `2-of-5`: a shard in names of files. */
export const shardName = ({ index, count }: Shard): string => `${index}-of-${count}`;

/** `shard 2 of 5`: a shard for people, with its index. */
export const describeShard = ({ index, count }: Shard): string => `shard ${index} of ${count}`;

/** Whether some text can belong to both shards: their hashes then agree modulo the greatest common divisor. */
export const shardsOverlap = (one: Shard, other: Shard): boolean =>
  (one.index - other.index) % greatestCommonDivisor(one.count, other.count) === 0;

/** Whether all that belongs to one shard belongs to another one, too. */
export const isWithin = (inner: Shard, outer: Shard): boolean =>
  inner.count % outer.count === 0 && inner.index % outer.count === outer.index;

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
