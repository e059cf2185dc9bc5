import type { ProfileTable } from "./profile-table";

/** Words of a profile in a list of changed ones: its part, and the halves of its identity's hash. */
export const profileWords = 3;

/**
 * Profiles that were changed in Braze by an interrupted sync, or by another stream: what the stored index says of
 * them is behind the truth. They are forgotten when their part is read.
 */
export class ProfilesBehind {
  /** By part, as halves of their hashes. */
  private readonly hashes = new Map<number, number[]>();

  /** @param profiles in threes of words */
  add(profiles: ArrayLike<number>): void {
    for (let at = 0; at < profiles.length; at += profileWords) {
      const [partition, lo, hi] = [profiles[at], profiles[at + 1], profiles[at + 2]] as [
        number,
        number,
        number,
      ];
      const others = this.hashes.get(partition);
      if (others) others.push(lo, hi);
      else this.hashes.set(partition, [lo, hi]);
    }
  }

  /** Parts that have some and were not read yet. */
  get partitions(): number[] {
    return [...this.hashes.keys()];
  }

  /** Forgets those of a part that was read. @returns whether it had any of them */
  forgetIn(partition: number, table: ProfileTable): boolean {
    const hashes = this.hashes.get(partition) ?? [];
    this.hashes.delete(partition);
    const before = table.size;
    for (let at = 0; at < hashes.length; at += 2)
      table.remove(hashes[at] as number, hashes[at + 1] as number);
    return table.size < before;
  }

  clear(): void {
    this.hashes.clear();
  }
}
