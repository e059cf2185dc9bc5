/** What is remembered of a profile: for each attribute a 64-bit hash of its value. Names are numbers here. */
export interface Remembered {
  /** Number of attributes. */
  count: number;
  nameIds: Uint16Array;
  /** Low and high half of each hash, in pairs. */
  hashes: Uint32Array;
}

/** Where a profile stands in an index: its part, and the hash of its identity. */
export interface Place {
  partition: number;
  lo: number;
  hi: number;
}

/** What is remembered of a profile once Braze has accepted an object: values set, and values now unknown. */
export interface Change {
  /** Whose change it is, if that was found out already. */
  place?: Place;
  /** Attribute numbers of values set, each at most once. */
  nameIds: readonly number[];
  /** Of these values, in pairs from a place on. */
  hashes: ArrayLike<number>;
  firstHash: number;
  /** Attributes whose value only Braze knows now (`inc`, `add`, `remove`). */
  forgotten: readonly number[];
}

/** What is remembered of a profile after a change. */
export function merged(before: Remembered | undefined, change: Change): Remembered {
  const { nameIds, hashes, firstHash, forgotten } = change;
  const kept = new Map<number, [number, number]>();
  for (let index = 0; index < (before?.count ?? 0); index++) {
    const id = before?.nameIds[index] as number;
    kept.set(id, [before?.hashes[2 * index] as number, before?.hashes[2 * index + 1] as number]);
  }
  for (const [index, id] of nameIds.entries()) {
    const at = firstHash + 2 * index;
    kept.set(id, [hashes[at] as number, hashes[at + 1] as number]);
  }
  for (const id of forgotten) kept.delete(id);
  return {
    count: kept.size,
    nameIds: Uint16Array.from(kept.keys()),
    hashes: Uint32Array.from([...kept.values()].flat()),
  };
}
