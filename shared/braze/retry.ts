/** How hard to try. */
export interface RetryPolicy {
  /** Attempts that may fail for reasons other than the rate limit. */
  maxAttempts: number;
  /** Time spent on failing attempts and the pauses between them after which a failure is final, ms. */
  maxElapsedMs: number;
  /** Total time that a request may spend waiting for the rate limit, ms. */
  maxRateLimitedMs: number;
}

/** For syncs: rides out a restart of Braze's, and an exhausted hour. */
export const patient: RetryPolicy = {
  maxAttempts: 8,
  maxElapsedMs: 10 * 60_000,
  maxRateLimitedMs: 75 * 60_000,
};

/** For `check` and `discover`: a person is waiting. */
export const brisk: RetryPolicy = { maxAttempts: 3, maxElapsedMs: 30_000, maxRateLimitedMs: 60_000 };

const firstDelayMs = 500;
const longestDelayMs = 30_000;

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
