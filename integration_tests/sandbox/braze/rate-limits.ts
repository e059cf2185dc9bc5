/**
 * docs: api/api_limits and post_user_track, "Rate limit headers". Windows are aligned to the clock and
 * start over; they do not roll.
 */
export interface RateWindow {
  requests: number;
  periodMs: number;
}

/** docs: api/api_limits, and the pages of the endpoints */
const PER_MINUTE = {
  campaign_analytics: 50_000,
  catalogs: 50,
  catalog_items: 50,
  catalog_fields: 50,
  catalog_items_write: 16_000,
  cdi_integrations: 50,
  cdi_job_sync_status: 100,
  external_ids: 1000,
  preference_centers: 1000,
  subscription_status: 5000,
  user_identity: 20_000,
};

/** Endpoints that share a limit. */
export type RateGroup =
  | "track"
  | "export_ids"
  | "custom_attributes"
  | "campaign_analytics"
  | "catalogs"
  | "catalog_items"
  /** POST /catalogs/{name}/fields */
  | "catalog_fields"
  /** POST, PUT, PATCH and DELETE of /catalogs/{name}/items */
  | "catalog_items_write"
  | "cdi_integrations"
  | "cdi_job_sync_status"
  | "preference_centers"
  | "external_ids"
  | "subscription_status"
  /** /users/delete, /users/identify, /users/merge and those of aliases */
  | "user_identity"
  /** /campaigns/trigger/send and /canvas/trigger/send with recipients */
  | "trigger"
  | "track_bulk"
  | "default";

export interface RateLimitOptions {
  /** default 3000; Infinity for none */
  trackRequestsPer3Seconds?: number;
  /** default none. When given, headers of /users/track tell of the hour (docs: plans by monthly active users) */
  trackRequestsPerHour?: number;
  /** default 250 (accounts since August 2024) */
  exportIdsRequestsPerMinute?: number;
  /** default 1000, shared with /events, /events/list and /purchases/… */
  customAttributesRequestsPerHour?: number;
  /** default 250,000 */
  requestsPerHour?: number;
  /** /campaigns/trigger/send and /canvas/trigger/send together; default 250,000 */
  triggerRequestsPerHour?: number;
  /** /users/track/bulk; default 50 */
  trackBulkRequestsPerSecond?: number;
  /** Per minute; defaults: see PER_MINUTE. */
  perMinute?: Partial<Record<keyof typeof PER_MINUTE, number>>;
  /**
   * What `x-ratelimit-reset` holds: UTC epoch seconds (docs: api/api_limits; default) or seconds until
   * the reset (docs: post_user_track for plans by monthly active users).
   */
  resetHeader?: "epoch" | "seconds";
  /** Header of a 429; default `x-ratelimit-retry-after` (seconds). */
  retryAfterHeader?: "x-ratelimit-retry-after" | "retry-after" | "none";
}

export interface RateVerdict {
  allowed: boolean;
  /** of the answer, whether allowed or not */
  headers: Record<string, string>;
}

interface Counter {
  window: RateWindow;
  /** number of the window since the epoch */
  number: number;
  used: number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

export class RateLimits {
  readonly #options: RateLimitOptions;
  readonly #groups: Record<RateGroup, Counter[]>;

  constructor(options: RateLimitOptions = {}) {
    this.#options = options;
    const track = [{ requests: options.trackRequestsPer3Seconds ?? 3000, periodMs: 3 * SECOND_MS }];
    if (options.trackRequestsPerHour !== undefined) {
      track.push({ requests: options.trackRequestsPerHour, periodMs: HOUR_MS });
    }
    this.#groups = {
      track: counters(track),
      export_ids: counters([
        { requests: options.exportIdsRequestsPerMinute ?? 250, periodMs: 60 * SECOND_MS },
      ]),
      custom_attributes: counters([
        { requests: options.customAttributesRequestsPerHour ?? 1000, periodMs: HOUR_MS },
      ]),
      campaign_analytics: perMinute(options, "campaign_analytics"),
      catalogs: perMinute(options, "catalogs"),
      catalog_items: perMinute(options, "catalog_items"),
      catalog_fields: perMinute(options, "catalog_fields"),
      catalog_items_write: perMinute(options, "catalog_items_write"),
      cdi_integrations: perMinute(options, "cdi_integrations"),
      cdi_job_sync_status: perMinute(options, "cdi_job_sync_status"),
      preference_centers: perMinute(options, "preference_centers"),
      user_identity: perMinute(options, "user_identity"),
      external_ids: perMinute(options, "external_ids"),
      subscription_status: perMinute(options, "subscription_status"),
      trigger: counters([{ requests: options.triggerRequestsPerHour ?? 250_000, periodMs: HOUR_MS }]),
      track_bulk: counters([{ requests: options.trackBulkRequestsPerSecond ?? 50, periodMs: SECOND_MS }]),
      default: counters([{ requests: options.requestsPerHour ?? 250_000, periodMs: HOUR_MS }]),
    };
  }

  /** Counts a request at `nowMs`. A refused request does not count. */
  take(group: RateGroup, nowMs: number): RateVerdict {
    const counters = this.#groups[group];
    for (const counter of counters) {
      const number = Math.floor(nowMs / counter.window.periodMs);
      if (counter.number !== number) {
        counter.number = number;
        counter.used = 0;
      }
    }
    const full = counters.findLast((counter) => counter.used >= counter.window.requests);
    if (full !== undefined) return { allowed: false, headers: this.#refusal(full, nowMs) };
    for (const counter of counters) counter.used += 1;
    // With several windows the longest one is reported.
    const reported = counters.at(-1);
    return { allowed: true, headers: reported === undefined ? {} : this.#report(reported, nowMs) };
  }

  /** Sets the first window of a group anew, as Braze does for a whole workspace; what was used stays used. */
  change(group: RateGroup, requests: number): void {
    const [first] = this.#groups[group];
    if (first !== undefined) first.window = { ...first.window, requests };
  }

  #report(counter: Counter, nowMs: number): Record<string, string> {
    const { requests, periodMs } = counter.window;
    if (!Number.isFinite(requests)) return {};
    const resetMs = (counter.number + 1) * periodMs;
    const reset =
      this.#options.resetHeader === "seconds" ? (resetMs - nowMs) / SECOND_MS : resetMs / SECOND_MS;
    return {
      "x-ratelimit-limit": String(requests),
      "x-ratelimit-remaining": String(Math.max(0, requests - counter.used)),
      "x-ratelimit-reset": String(Math.ceil(reset)),
    };
  }

  #refusal(counter: Counter, nowMs: number): Record<string, string> {
    const header = this.#options.retryAfterHeader ?? "x-ratelimit-retry-after";
    if (header === "none") return {};
    const resetMs = (counter.number + 1) * counter.window.periodMs;
    return { [header]: String(Math.max(1, Math.ceil((resetMs - nowMs) / SECOND_MS))) };
  }
}

function perMinute({ perMinute = {} }: RateLimitOptions, group: keyof typeof PER_MINUTE): Counter[] {
  return counters([{ requests: perMinute[group] ?? PER_MINUTE[group], periodMs: 60 * SECOND_MS }]);
}

function counters(windows: RateWindow[]): Counter[] {
  return windows.map((window) => ({ window, number: -1, used: 0 }));
}
