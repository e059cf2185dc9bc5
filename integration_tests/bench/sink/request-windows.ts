const windowMs = 3000;

/** Counts requests in windows of the clock, as Braze does (api/api_limits), and refuses what is too many. */
export class RequestWindows {
  readonly counts: number[] = [];
  refused = 0;
  private window = -1;

  /** @param limit requests allowed in 3 seconds; undefined for no limit */
  constructor(private readonly limit: number | undefined) {}

  admit(nowMs: number): boolean {
    const window = Math.floor(nowMs / windowMs);
    if (window !== this.window) this.counts.push(0);
    this.window = window;
    const last = this.counts.length - 1;
    if (this.limit !== undefined && (this.counts[last] ?? 0) >= this.limit) {
      this.refused += 1;
      return false;
    }
    this.counts[last] = (this.counts[last] ?? 0) + 1;
    return true;
  }

  /** What Braze tells of the window of a request that was just admitted (api/api_limits). */
  get headers(): Record<string, string> {
    if (this.limit === undefined) return {};
    return {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(this.limit - (this.counts.at(-1) ?? 0)),
      "x-ratelimit-reset": String(((this.window + 1) * windowMs) / 1000),
    };
  }
}

export const windowSeconds = windowMs / 1000;
