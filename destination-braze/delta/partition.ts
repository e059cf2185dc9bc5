import type { XXHashAPI } from "xxhash-wasm";

/**
 * Parts that an index has. A number with many divisors: when the shards of a sync are one of them, each
 * shard owns whole parts.
 */
export const partitions = 240;
export const allParts: readonly number[] = Array.from({ length: partitions }, (_, partition) => partition);

/** The seed of Spark's `xxhash64`, so that identities can be spread in the same way outside. */
const seed = 42n;

/** XXH64(identity, seed 42) mod the number of parts. */
export type PartitionOf = (identity: string) => number;

export async function loadPartitionOf(): Promise<PartitionOf> {
  const { default: xxhash } = await import("xxhash-wasm");
  const { h64 }: XXHashAPI = await xxhash();
  return (identity) => Number(h64(identity, seed) % BigInt(partitions));
}
