import type { RateLimitNews } from "./rate-limit-headers";

/** Braze counts /users/track in windows of 3 seconds (api/api_limits). */
export const windowMs = 3000;
/** A little below the limit, so that network jitter doesn't push a request into a full window. */
const pace = 0.99;
/** What a window may be said to last beyond its time: headers round, and answers are under way for a while. */
const roundingMs = 1500;
/** The share of a window that may be missing without anybody else using it: jitter, and what is in flight. */
const unexplainedShare = 0.03;
const unexplainedRequests = 2;

/** The time between two requests at a limit of so many in a window. */
export const slotMsAt = (limit: number): number => windowMs / (limit * pace);

/**
 * Slots up to this old may be used wherever windows begin, so that a late timer costs nothing. The one percent
 * of a window that `slotMsAt` leaves is 30 ms: that much more would fit into it.
 */
const savedUpMs = 25;
/** How old a slot may be of a window that is known: what a busy machine comes late by. */
const savedUpInWindowMs = 250;
/** Requests that leave so shortly before the end of a window may arrive in the next one. */
const underWayMs = 150;

/**
 * How old a slot may be that is still used: a part of the window that has begun, never of the one before.
 * @param windowEndMs when some window ends, if Braze has said so exactly
 */
export function usableSlotMs(nowMs: number, windowEndMs: number | undefined): number {
  if (windowEndMs === undefined) return savedUpMs;
  const sinceMs = (((nowMs - windowEndMs) % windowMs) + windowMs) % windowMs;
  if (windowMs - sinceMs < underWayMs) return savedUpMs;
  return Math.min(savedUpInWindowMs, Math.max(savedUpMs, sinceMs));
}

/** Whether an answer is about the window of 3 seconds. Some plans' headers tell of an hour instead. */
export const isAboutWindow = ({ resetAtMs }: RateLimitNews, nowMs: number): boolean =>
  resetAtMs === undefined || resetAtMs - nowMs <= windowMs + roundingMs;

/**
 * When a window ends, of what several answers said in whole seconds, rounded up: the earliest of them is
 * closest to the truth, also for later windows, which end at the same places of the clock.
 * @param known an end as known so far, of whichever window
 * @returns the end of the window that the answer is about
 */
export function refinedEnd(
  known: number | undefined,
  { resetAtMs: told = 0, resetEarlierMs = 0 }: RateLimitNews,
) {
  if (known === undefined || resetEarlierMs === 0) return told;
  const sinceMs = (((told - known) % windowMs) + windowMs) % windowMs;
  return sinceMs < roundingMs ? told - sinceMs : told;
}

/**
 * The limit to go by after an answer: the configured one, or Braze's where that is lower. It grows back
 * when Braze's does. Undefined when the answer does not say.
 */
export function limitAfter(configured: number, news: RateLimitNews, nowMs: number): number | undefined {
  if (news.limit === undefined || !isAboutWindow(news, nowMs)) return undefined;
  return Math.min(configured, Math.max(1, news.limit));
}

/** Slower requests until a time. */
export interface SharedPace {
  slotMs: number;
  untilMs: number;
}

/**
 * The pace for the rest of a window of which others use a part: what is left of it is spread over the time
 * that is left. All who do so get on together: none is refused, and the window is used.
 * Undefined as long as what is left suffices for the own pace.
 * @param inFlight own requests that the answer may not have counted yet
 */
export function sharedPace(
  { remaining, resetAtMs, resetEarlierMs = 0 }: RateLimitNews,
  own: { limit: number; slotMs: number; inFlight: number },
  nowMs: number,
): SharedPace | undefined {
  if (remaining === undefined || resetAtMs === undefined || resetAtMs - nowMs > windowMs + roundingMs)
    return undefined;
  const leftMs = resetAtMs - nowMs;
  const wanted = (leftMs - resetEarlierMs) / own.slotMs;
  const unexplained = Math.max(unexplainedRequests, own.limit * unexplainedShare);
  if (leftMs <= 0 || remaining + unexplained >= wanted) return undefined;
  const available = remaining - own.inFlight;
  return { slotMs: available > 0 ? leftMs / available : Number.POSITIVE_INFINITY, untilMs: resetAtMs };
}
