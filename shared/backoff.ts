const firstDelayMs = 500;
export const longestDelayMs = 30_000;

/**
 * How long to wait before the next attempt: doubling, and up to half of it at random, so that many
 * clients that failed together don't come back together.
 * @param failures failed attempts so far, at least 1
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  return ceiling / 2 + (ceiling / 2) * random;
}
