import { type Remainder, spreadSeed } from "@braze-connectors/shared/hash/remainder";
import { xxh64 } from "@braze-connectors/shared/hash/xxh64";
import type { Shard } from "@braze-connectors/shared/shard";

/**
 * Parts that an index has. A number with many divisors: when the shards of a sync are one of them, each shard owns
 * whole parts.
 */
export const partitions = 240;
export const allParts: readonly number[] = Array.from({ length: partitions }, (_, partition) => partition);

/** What a unit of the hash's upper half leaves. */
const upperUnit = 2 ** 32 % partitions;

export type PartitionOf = Remainder;

/** XXH64(identity, seed 42) mod the number of parts. */
export const partitionOf: PartitionOf = (identity) => {
  const { lo, hi } = xxh64(identity, spreadSeed);
  return partitionOfHash(lo, hi);
};

/** The same from the halves of the hash; by constants, for it is asked for every record. */
export const partitionOfHash = (lo: number, hi: number): number =>
  ((hi % partitions) * upperUnit + lo) % partitions;

/**
 * Whether the parts of an index can be divided among so many shards: then each owns some of those that all have in
 * common. Otherwise each keeps parts of its own.
 */
export const sharesIndex = ({ count }: Shard): boolean => partitions % count === 0;

/** The parts in which a shard keeps its identities: of the index that all have in common those without any others. */
export const partsOf = (shard: Shard): readonly number[] =>
  sharesIndex(shard) ? allParts.filter((part) => part % shard.count === shard.index) : allParts;

/** The name of a part's file. */
export const partName = (part: number): string => `${String(part).padStart(3, "0")}.bin`;
