import { xxh64 } from "@braze-connectors/shared/hash/xxh64";

/**
 * Parts that an index has. A number with many divisors: when the shards of a sync are one of them, each
 * shard owns whole parts.
 */
export const partitions = 240;
export const allParts: readonly number[] = Array.from({ length: partitions }, (_, partition) => partition);

/** The seed of Spark's `xxhash64`, so that identities can be spread in the same way outside. */
const seed = 42;
/** What a unit of the hash's upper half leaves. */
const upperUnit = 2 ** 32 % partitions;

export type PartitionOf = (identity: string) => number;

/** XXH64(identity, seed 42) mod the number of parts. */
export const partitionOf: PartitionOf = (identity) => {
  const { lo, hi } = xxh64(identity, seed);
  return partitionOfHash(lo, hi);
};

/** The same from the halves of the hash. */
export const partitionOfHash = (lo: number, hi: number): number =>
  ((hi % partitions) * upperUnit + lo) % partitions;
