import { backoffMs, longestDelayMs } from "./backoff";

/** Failures without an answer between them. */
export interface Streak {
  failures: number;
  /** When the first of the failed attempts began, epoch ms. */
  sinceMs: number;
  /** When the last one ended. */
  lastMs: number;
}

/** Fewer are none either when they go on for a while. */
const someFailures = 3;
const aWhileMs = 5000;
/** Beyond the pauses between attempts: nobody tried meanwhile, because of a rate limit or for want of work. */
const idleMs = 2 * longestDelayMs;

/** A streak with one more failure. Time in which nobody tried says nothing, and does not count. */
export function prolonged(streak: Streak | undefined, startedAtMs: number, nowMs: number): Streak {
  if (!streak) return { failures: 1, sinceMs: startedAtMs, lastMs: nowMs };
  const idle = startedAtMs - streak.lastMs;
  return {
    failures: streak.failures + 1,
    sinceMs: streak.sinceMs + (idle > idleMs ? idle : 0),
    lastMs: Math.max(streak.lastMs, nowMs),
  };
}

/** @param manyFailures so many in a row are no accident, however fast they came */
export const isOutage = ({ failures, sinceMs, lastMs }: Streak, manyFailures: number): boolean =>
  failures >= manyFailures || (failures >= someFailures && lastMs - sinceMs >= aWhileMs);

export interface OutageLimits {
  /** Probes that an outage takes at least, however short `maxMs` is. */
  minProbes: number;
  maxMs: number;
}

/**
 * What follows a failed probe: the pause before the next one, or the end. The last probe comes when the
 * time is up, not a pause later.
 */
export function afterProbe(
  { sinceMs }: Streak,
  probes: number,
  { minProbes, maxMs }: OutageLimits,
  nowMs: number,
  random: number,
): { pauseMs: number } | "given up" {
  const leftMs = sinceMs + maxMs - nowMs;
  const pauseMs = backoffMs(probes + 1, random);
  if (leftMs > 0) return { pauseMs: Math.min(pauseMs, leftMs) };
  return probes >= minProbes ? "given up" : { pauseMs };
}

/** A duration for people: seconds below two minutes, minutes from there on. */
export function inWords(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 120) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const minutes = Math.round(durationMs / 6000) / 10;
  return `${minutes} minutes`;
}
