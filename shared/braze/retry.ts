import { backoffMs } from "../backoff";

/** How hard to try. */
export interface RetryPolicy {
  /** Attempts that may fail for reasons other than the rate limit. */
  maxAttempts: number;
  /** Time spent on failing attempts and the pauses between them after which a failure is final, ms. */
  maxElapsedMs: number;
  /** Total time that a request may spend waiting for the rate limit, ms. */
  maxRateLimitedMs: number;
  /** How long an outage of Braze's is waited out beyond that, ms; 0: not at all. */
  maxOutageMs: number;
}

/** For syncs: rides out a restart of Braze's, and an exhausted hour. */
export const patient: RetryPolicy = {
  maxAttempts: 8,
  maxElapsedMs: 10 * 60_000,
  maxRateLimitedMs: 75 * 60_000,
  maxOutageMs: 0,
};

/** For `check` and `discover`: a person is waiting. */
export const brisk: RetryPolicy = {
  maxAttempts: 3,
  maxElapsedMs: 30_000,
  maxRateLimitedMs: 60_000,
  maxOutageMs: 0,
};

/** Few attempts of each request's own, for a longer outage is waited out by all of them together. */
export const throughOutages = (maxOutageMs: number): RetryPolicy => ({
  ...patient,
  maxAttempts: 5,
  maxOutageMs,
});

/** Clients that were refused together must not come back in the same millisecond. */
const spreadMs = 100;
/** So often Braze's word on when to come back is believed. */
const believedRefusals = 3;

/**
 * When a request that was refused with 429 may be sent again, epoch ms: when Braze says. Where it does not
 * say, or says "now", or keeps refusing those who come when it said: later and later.
 * @param refusals refused attempts of the request so far, at least 1
 */
export function comeBackAtMs(
  refusals: number,
  toldMs: number | undefined,
  nowMs: number,
  random: () => number,
): number {
  const spread = random() * spreadMs;
  if (toldMs === undefined || toldMs <= nowMs) return nowMs + backoffMs(refusals, random()) + spread;
  if (refusals <= believedRefusals) return toldMs + spread;
  return Math.max(toldMs, nowMs + backoffMs(refusals - believedRefusals, random())) + spread;
}

/** Whether a request that has failed so often and so long is given up. */
export function isGivenUp(policy: RetryPolicy, failures: number, failingMs: number): boolean {
  const exhausted = failures >= policy.maxAttempts || failingMs > policy.maxElapsedMs;
  return exhausted && failingMs >= policy.maxOutageMs;
}
