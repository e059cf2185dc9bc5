import { sleep, throwIfStopped } from "../airbyte/context";
import { configError } from "../airbyte/errors";
import type { RateLimitNews } from "./rate-limit-headers";

export interface RateLimitOptions {
  /** Requests allowed in 3 seconds; requests are paced evenly below it. */
  requestsPer3Seconds?: number;
  /** Requests allowed in an hour of the clock. */
  requestsPerHour?: number;
  /** Told of waits that a person would wonder about. */
  onLongWait?: (untilMs: number, why: string) => void;
  now?: () => number;
  sleep?: typeof sleep;
}

const windowMs = 3000;
const hourMs = 3_600_000;
/** A little below the limit, so that network jitter doesn't push a request into a full window. */
const pace = 0.99;
/**
 * Slots up to this old may still be used, so that a late timer costs nothing. The one percent that `pace`
 * leaves of 3 seconds is 30 ms: that much more would fit into a window.
 */
const savedUpMs = 25;
const longWaitMs = 5000;
/** After so long the clock is asked again: it may have been set, or the machine asleep. */
const longestNapMs = 60_000;

/** What requests of a group wait for at the moment. */
export interface HeldBack {
  /** Epoch ms. */
  untilMs: number;
  why: string;
}

/**
 * The rate limit that a group of endpoints shares. Braze counts in windows that reset on the clock
 * (api/api_limits); requests paced evenly below the limit never overrun such a window, wherever it
 * starts. What the answers' headers say comes on top.
 */
export class RateLimit {
  private readonly slotMs: number;
  private nextSlotAtMs = 0;
  private blockedUntilMs = 0;
  private blockedBecause = "";
  private hour = 0;
  private sentThisHour = 0;
  private announcedMs = 0;
  private turn: Promise<void> = Promise.resolve();
  private held: HeldBack | undefined;
  private readonly now: () => number;
  private readonly sleep: typeof sleep;

  /** @throws config_error for a limit that lets nothing pass */
  constructor(private readonly options: RateLimitOptions = {}) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? sleep;
    const limit = options.requestsPer3Seconds;
    if ((limit ?? 1) < 1 || (options.requestsPerHour ?? 1) < 1) {
      throw configError("The limits allow no request at all: set them to what the Braze workspace allows.");
    }
    this.slotMs = limit === undefined ? 0 : windowMs / (limit * pace);
  }

  /**
   * Resolves when the next request may be sent; callers are served in the order in which they came.
   * @throws StoppedError once asked to stop
   */
  acquire(stop: AbortSignal): Promise<void> {
    const turn = this.turn.then(() => this.waitForSlot(stop));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Takes note of what an answer said. */
  observe(news: RateLimitNews): void {
    if (news.remaining === 0 && news.resetAtMs !== undefined) {
      this.block(news.resetAtMs, "Braze's rate limit for this window is used up");
    }
  }

  /** Holds every request of the group back until a time (epoch ms). */
  block(untilMs: number, why: string): void {
    if (untilMs <= this.blockedUntilMs) return;
    this.blockedUntilMs = untilMs;
    this.blockedBecause = why;
  }

  /** Undefined while no request has to wait. */
  get heldBack(): HeldBack | undefined {
    return this.held;
  }

  private async waitForSlot(stop: AbortSignal): Promise<void> {
    for (;;) {
      throwIfStopped(stop);
      const now = this.now();
      const [atMs, why] = this.nextAllowed(now);
      if (atMs <= now) {
        this.held = undefined;
        this.take(now);
        return;
      }
      if (atMs - now > longWaitMs && atMs !== this.announcedMs) {
        this.announcedMs = atMs;
        this.options.onLongWait?.(atMs, why);
      }
      this.held = { untilMs: atMs, why };
      await this.sleep(Math.min(Math.ceil(atMs - now), longestNapMs), stop);
    }
  }

  private nextAllowed(now: number): [atMs: number, why: string] {
    if (this.blockedUntilMs > now) return [this.blockedUntilMs, this.blockedBecause];
    const hourly = this.options.requestsPerHour;
    const hour = Math.floor(now / hourMs);
    if (hourly !== undefined && hour === this.hour && this.sentThisHour >= hourly) {
      return [(hour + 1) * hourMs, `the ${hourly} requests allowed per hour are used up`];
    }
    return [this.nextSlotAtMs, "requests are paced"];
  }

  private take(now: number): void {
    const hour = Math.floor(now / hourMs);
    if (hour !== this.hour) this.sentThisHour = 0;
    this.hour = hour;
    this.sentThisHour += 1;
    this.nextSlotAtMs = Math.max(this.nextSlotAtMs, now - savedUpMs) + this.slotMs;
  }
}
