import { ownedBy, ownsHash, type Shard } from "@braze-connectors/shared/shard";

/** Says what is this process's, where several share the work. */
export interface Handles {
  /**
   * By whose it is; undefined for what is nobody's, because nothing says whose it is: then one of the processes has
   * it, so that it is rejected once.
   */
  identity(identity: string | undefined): boolean;
  /** By the halves of the identity's hash. */
  hash(lo: number, hi: number): boolean;
}

/** @returns undefined when this process handles everything */
export function handlesOf(shard: Shard | undefined): Handles | undefined {
  if (shard === undefined) return undefined;
  const owns = ownedBy(shard);
  return {
    identity: (identity) => (identity === undefined ? shard.index === 0 : owns(identity)),
    hash: ownsHash(shard),
  };
}
