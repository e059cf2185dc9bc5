/** A fingerprint: the two halves of a 64-bit hash. */
export interface Fingerprint {
  lo: number;
  hi: number;
}

/**
 * The records of a stream between two of its states, the second of which may have left when the process
 * was killed, or not: only what the host sends next can tell.
 */
export interface OpenSpan {
  /** Its first record. */
  first: Fingerprint;
  /** Halves of what Braze has accepted of it, in pairs. */
  accepted: number[];
}

/**
 * Which open spans the host sends again, by the first record that it sends: it begins behind the last
 * state that it has. When that is none of their beginnings, it has all those states. To take a new
 * record for one that was accepted would lose it, so in doubt none is.
 */
export function spansSentAgain(spans: readonly OpenSpan[], first: Fingerprint): readonly OpenSpan[] {
  const from = spans.findLastIndex((span) => span.first.lo === first.lo && span.first.hi === first.hi);
  return from === -1 ? [] : spans.slice(from);
}
