const dayMs = 86_400_000;
/** A connection that was off for so long reads its segments whole again. */
const longestDays = 90;

export interface IndexesInUse {
  /** The new index, and the one that it replaces: until the host has the state that names the new one. */
  inUse: readonly (string | undefined)[];
  /** The one before these: the host's state is beyond it. */
  secondPrevious: string | undefined;
  nowMs: number;
}

/**
 * Which indexes of a segment can go. Others may belong to other connections that export the segment into
 * the same bucket, or to a sync that was reset: they go when they are old.
 */
export function outdatedIndexes(
  names: readonly string[],
  { inUse, secondPrevious, nowMs }: IndexesInUse,
): string[] {
  const firstDay = new Date(nowMs - longestDays * dayMs).toISOString().slice(0, 10);
  return names.filter(
    (name) => !inUse.includes(name) && (name === secondPrevious || name.slice(0, 10) < firstDay),
  );
}
