/** Response headers, names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What an answer says about the rate limit of its endpoint. */
export interface RateLimitNews {
  /** Requests that the window allows. */
  limit?: number;
  /** Requests left in the window. */
  remaining?: number;
  /** When the window ends, epoch ms. */
  resetAtMs?: number;
  /** How much earlier than said the window may end, for durations come in whole seconds; ms. */
  resetEarlierMs?: number;
  /** When a refused request may be repeated, epoch ms. */
  retryAtMs?: number;
}

/** Below this a time is a duration in seconds, from here on it is an epoch time in seconds. */
const smallestEpochSeconds = 1e6;
/** From here on (the year 5138 in seconds) it can only be an epoch time in milliseconds. */
const smallestEpochMs = 1e11;

/**
 * Reads Braze's rate limit headers. Documented (api/api_limits): `x-ratelimit-limit`, `-remaining`,
 * `-reset` as UTC epoch seconds; clients in the field also saw seconds until the reset. A 429 carries
 * `x-ratelimit-retry-after` (seconds) instead; the standard `retry-after` (seconds or a date) is honoured too.
 */
export function readRateLimit(headers: Headers, nowMs: number): RateLimitNews {
  const reset = numberOf(headers["x-ratelimit-reset"]);
  const aheadMs = clockDifference(headers, nowMs);
  return {
    limit: numberOf(headers["x-ratelimit-limit"]),
    remaining: numberOf(headers["x-ratelimit-remaining"]),
    ...(reset === undefined ? {} : resetOf(reset, nowMs, aheadMs)),
    retryAtMs: retryTime(headers, nowMs, aheadMs),
  };
}

function resetOf(reset: number, nowMs: number, aheadMs: number): RateLimitNews {
  const isRounded = reset < smallestEpochSeconds || aheadMs !== 0;
  return { resetAtMs: timeOf(reset, nowMs, aheadMs), ...(isRounded ? { resetEarlierMs: 1000 } : {}) };
}

function retryTime(headers: Headers, nowMs: number, aheadMs: number): number | undefined {
  const seconds = numberOf(headers["x-ratelimit-retry-after"]) ?? numberOf(headers["retry-after"]);
  if (seconds !== undefined) return timeOf(seconds, nowMs, aheadMs);
  const date = Date.parse(first(headers["retry-after"]) ?? "");
  return Number.isNaN(date) ? undefined : date - aheadMs;
}

function timeOf(time: number, nowMs: number, aheadMs: number): number {
  if (time < smallestEpochSeconds) return nowMs + time * 1000;
  return (time >= smallestEpochMs ? time : time * 1000) - aheadMs;
}

/** The `date` header has whole seconds, and the answer was under way: less than this is no difference. */
const sameClockMs = 5000;

/** How far Braze's clock is ahead of ours: times in headers are on Braze's. */
function clockDifference(headers: Headers, nowMs: number): number {
  const aheadMs = Date.parse(first(headers.date) ?? "") - nowMs;
  return Math.abs(aheadMs) > sameClockMs ? aheadMs : 0;
}

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function numberOf(value: string | string[] | undefined): number | undefined {
  const text = first(value);
  if (text === undefined || text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
