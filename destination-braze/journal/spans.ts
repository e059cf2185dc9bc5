/** A fingerprint: the two halves of a 64-bit hash. */
export interface Fingerprint {
  lo: number;
  hi: number;
}

export const isSame = (a: Fingerprint, b: Fingerprint): boolean => a.lo === b.lo && a.hi === b.hi;

/**
 * The records of a stream between two of its states, the second of which may have left when the process
 * was killed, or not: only what the host sends next can tell.
 */
export interface OpenSpan {
  /** Its first record. */
  first: Fingerprint;
  /** Whether no other span is known to begin with that record: new ones may, too, where they have. */
  isTelling: boolean;
  /** Halves of what Braze has accepted of it, in pairs. */
  accepted: number[];
}

/**
 * Which open spans the host sends again, by the first record that it sends: it begins behind the last
 * state that it has. When that is none of their beginnings, it has all those states. To take a new
 * record for one that was accepted would lose it, so in doubt none is: where the record may be that of
 * a new span, too.
 */
export function spansSentAgain(spans: readonly OpenSpan[], first: Fingerprint): readonly OpenSpan[] {
  const from = spans.findIndex((span) => isSame(span.first, first));
  const isAlone = !spans.slice(from + 1).some((span) => isSame(span.first, first));
  return spans[from]?.isTelling && isAlone ? spans.slice(from) : [];
}

/** The spans that the host sends again if its first record is the one that they begin with, and none of new ones. */
export function spansInDoubt(spans: readonly OpenSpan[], first: Fingerprint): readonly OpenSpan[] {
  const from = spans.findIndex((span) => isSame(span.first, first));
  return from === -1 ? [] : spans.slice(from);
}
