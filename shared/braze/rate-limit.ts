import { sleep, throwIfStopped } from "../airbyte/context";
import { configError } from "../airbyte/errors";
import type { RateLimitNews } from "./rate-limit-headers";
import {
  isAboutWindow,
  limitAfter,
  refinedEnd,
  type SharedPace,
  sharedPace,
  slotMsAt,
  usableSlotMs,
} from "./rate-window";

export interface RateLimitOptions {
  /** Requests allowed in 3 seconds, or fewer if Braze says so; requests are paced evenly below it. */
  requestsPer3Seconds?: number;
  /** Requests allowed in an hour of the clock. */
  requestsPerHour?: number;
  /** Told of waits that a person would wonder about. */
  onLongWait?: (untilMs: number, why: string) => void;
  now?: () => number;
  sleep?: typeof sleep;
}

const hourMs = 3_600_000;
/** What headers say in whole seconds is known better after one second has gone over into the next. */
const sureAfterMs = 2000;
/** By how much later still: the answer that showed it was under way for a while. */
const latestMs = 150;
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
 * starts. What the answers' headers say comes on top: a lower limit, and what others have used of it.
 */
export class RateLimit {
  /** Requests in 3 seconds to go by; undefined for no limit. */
  private limit: number | undefined;
  private slotMs: number;
  private shared: SharedPace = { slotMs: 0, untilMs: 0 };
  private windowEndMs: number | undefined;
  private isEndExact = false;
  private windowEndSinceMs: number | undefined;
  private inFlight = 0;
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
    this.limit = limit;
    this.slotMs = limit === undefined ? 0 : slotMsAt(limit);
  }

  /**
   * Resolves when the next request may be sent; callers are served in the order in which they came, and call
   * `release` when their request has been answered, or has failed.
   * @throws StoppedError once asked to stop
   */
  acquire(stop: AbortSignal): Promise<void> {
    const turn = this.turn.then(() => this.waitForSlot(stop));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  release(): void {
    this.inFlight -= 1;
  }

  /** Takes note of what an answer said; before its `release`. */
  observe(told: RateLimitNews): void {
    const nowMs = this.now();
    const news = this.refined(told, nowMs);
    if (news.remaining === 0 && news.resetAtMs !== undefined) {
      // Braze's longest window is an hour: a reset beyond means that one of the two clocks is wrong.
      const resetAtMs = Math.min(news.resetAtMs, this.now() + hourMs);
      this.block(resetAtMs, "Braze's rate limit for this window is used up");
    }
    const configured = this.options.requestsPer3Seconds;
    if (configured === undefined) return;
    const limit = limitAfter(configured, news, nowMs) ?? this.limit ?? configured;
    if (limit !== this.limit) this.slotMs = slotMsAt(limit);
    this.limit = limit;
    if (news.remaining === undefined) return;
    const own = { limit, slotMs: this.slotMs, inFlight: this.inFlight - 1 };
    this.shared = sharedPace(news, own, nowMs) ?? { slotMs: 0, untilMs: 0 };
    if (this.shared.slotMs === Number.POSITIVE_INFINITY) {
      this.block(
        this.shared.untilMs,
        "Braze's rate limit for this window is used up, not by this sync alone",
      );
    }
  }

  /** What an answer says about a window of 3 seconds, with what earlier ones said of its end. */
  private refined(news: RateLimitNews, nowMs: number): RateLimitNews {
    if (this.limit === undefined || news.resetAtMs === undefined || !isAboutWindow(news, nowMs)) return news;
    this.windowEndMs = refinedEnd(this.windowEndMs, news);
    this.isEndExact = news.resetEarlierMs === undefined;
    this.windowEndSinceMs ??= nowMs;
    const isClose = nowMs - this.windowEndSinceMs >= sureAfterMs;
    const earlierMs = Math.min(news.resetEarlierMs ?? 0, isClose ? latestMs + 2 * this.slotMs : Infinity);
    return { ...news, resetAtMs: this.windowEndMs, resetEarlierMs: earlierMs };
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
    this.inFlight += 1;
    const exactEndMs = this.isEndExact ? this.windowEndMs : undefined;
    const earliestMs = Math.max(this.nextSlotAtMs, now - usableSlotMs(now, exactEndMs));
    const { slotMs, untilMs } = this.shared;
    // A new window is nobody's yet.
    const slowerMs = now < untilMs ? Math.min(earliestMs + slotMs, untilMs) : 0;
    this.nextSlotAtMs = Math.max(earliestMs + this.slotMs, slowerMs);
  }
}
