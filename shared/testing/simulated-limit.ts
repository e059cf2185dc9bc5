import type { RateLimit } from "../braze/rate-limit";
import { type Headers, readRateLimit } from "../braze/rate-limit-headers";
import { comeBackAtMs } from "../braze/retry";
import type { SimulatedTime } from "./simulated-time";

const windowMs = 3000;

export interface SimulatedLimitOptions {
  /** What `x-ratelimit-reset` holds. */
  reset?: "epoch" | "seconds" | "none";
  /** How far Braze's clock is ahead of the clients', ms. */
  aheadMs?: number;
}

/** A Braze that counts requests in windows of the clock, and says so in headers (api/api_limits). */
export class SimulatedLimit {
  /** Requests accepted, by number of the window. */
  readonly accepted = new Map<number, number>();
  /** When they came, by the clients' clock. */
  readonly arrivals: number[] = [];
  refused = 0;

  constructor(
    private readonly time: SimulatedTime,
    public limit: number,
    private readonly options: SimulatedLimitOptions = {},
  ) {}

  /** Counts a request that arrives now. */
  take(): { status: number; headers: Headers } {
    const { aheadMs = 0, reset = "epoch" } = this.options;
    const serverMs = this.time.nowMs + aheadMs;
    const window = Math.floor(serverMs / windowMs);
    const resetMs = (window + 1) * windowMs;
    const date = new Date(serverMs).toUTCString();
    const used = this.accepted.get(window) ?? 0;
    if (used >= this.limit) {
      this.refused += 1;
      const seconds = Math.ceil((resetMs - serverMs) / 1000);
      return { status: 429, headers: { date, "x-ratelimit-retry-after": String(seconds) } };
    }
    this.accepted.set(window, used + 1);
    this.arrivals.push(this.time.nowMs);
    const shown = reset === "epoch" ? resetMs / 1000 : Math.ceil((resetMs - serverMs) / 1000);
    const headers = {
      date,
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(this.limit - used - 1),
      ...(reset === "none" ? {} : { "x-ratelimit-reset": String(shown) }),
    };
    return { status: 201, headers };
  }

  /** The share of the limit that was used of each window that lies wholly between two times. */
  shares(fromMs: number, toMs: number): number[] {
    const ahead = this.options.aheadMs ?? 0;
    const first = Math.ceil((fromMs + ahead) / windowMs);
    const last = Math.floor((toMs + ahead) / windowMs) - 1;
    const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    return numbers.map((number) => (this.accepted.get(number) ?? 0) / this.limit);
  }
}

export interface SimulatedClientOptions {
  time: SimulatedTime;
  braze: SimulatedLimit;
  limit: RateLimit;
  /** Requests in flight at the most. */
  concurrency: number;
  untilMs: number;
  /** How long a request is under way in each direction, ms. */
  latencyMs: () => number;
  random?: () => number;
}

/** Sends requests until a time, as BrazeClient does. @returns how many were accepted, and how often it woke up */
export async function sendUntil(options: SimulatedClientOptions): Promise<{ accepted: number }> {
  const { time, braze, limit, concurrency, untilMs, latencyMs, random = Math.random } = options;
  const never = new AbortController().signal;
  let accepted = 0;
  const worker = async (): Promise<void> => {
    for (let refusals = 0; time.nowMs < untilMs; ) {
      await limit.acquire(never);
      await time.sleep(latencyMs());
      const { status, headers } = braze.take();
      await time.sleep(latencyMs());
      const news = readRateLimit(headers, time.nowMs);
      limit.observe(news);
      if (status === 429) {
        refusals += 1;
        const told = news.retryAtMs ?? news.resetAtMs;
        limit.block(comeBackAtMs(refusals, told, time.nowMs, random), "429");
      } else {
        refusals = 0;
        accepted += 1;
      }
      limit.release();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { accepted };
}
