/** Fewer may all be at fault by coincidence. */
const many = 10;

/**
 * Whether Braze's words for objects that it has refused, each of them alone, blame something that they share rather
 * than each of them. Only where it has taken none before.
 */
export const refusedAlike = (reasons: readonly string[]): boolean =>
  reasons.length >= many && reasons.every((reason) => reason === reasons[0]);
