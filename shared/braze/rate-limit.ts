import { sleep, throwIfStopped } from "../airbyte/context";
import { configError } from "../airbyte/errors";
import type { RateLimitNews } from "./rate-limit-headers";
import { limitAfter, type SharedPace, sharedPace, slotMsAt, usableSlotMs } from "./rate-window";
import { WindowClock } from "./window-clock";

export interface RateLimitOptions {
  /** Requests allowed in 3 seconds, or fewer if Braze says so; requests are paced evenly below it. */
  requestsPer3Seconds?: number;
  /** Requests allowed in an hour of the clock. */
  requestsPerHour?: number | undefined;
  /** How many processes share a limit that Braze tells of; the two above are this one's share already. */
  shares?: number;
  /** Told of waits that a person would wonder about. */
  onLongWait?: (untilMs: number, why: string) => void;
  now?: () => number;
  sleep?: typeof sleep;
}

const hourMs = 3_600_000;
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
  private readonly windows = new WindowClock();
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
      throw configError("The limits allow no request at all: set them to what the Braze workspace allows.", {
        help: "rate-limit",
      });
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
    const configured = this.options.requestsPer3Seconds;
    const ofWindow = configured === undefined ? undefined : this.windows.refine(told, nowMs, this.slotMs);
    const { remaining, resetAtMs } = ofWindow ?? told;
    if (remaining === 0 && resetAtMs !== undefined) {
      // Braze's longest window is an hour: a reset beyond means that one of the two clocks is wrong.
      this.block(Math.min(resetAtMs, nowMs + hourMs), "Braze's rate limit for this window is used up");
    }
    if (configured === undefined) return;
    this.goBy(
      ofWindow
        ? (limitAfter(configured, this.shareOf(ofWindow), nowMs) ?? this.limit ?? configured)
        : configured,
    );
    if (ofWindow && remaining !== undefined) this.share(ofWindow, nowMs);
  }

  /** Of a limit that Braze tells of only a share is this process's. */
  private shareOf(news: RateLimitNews): RateLimitNews {
    const { shares = 1 } = this.options;
    return news.limit === undefined || shares === 1 ? news : { ...news, limit: news.limit / shares };
  }

  private goBy(limit: number): void {
    if (limit === this.limit) return;
    this.limit = limit;
    this.slotMs = slotMsAt(limit);
  }

  /** Makes room for others who use the same window. */
  private share(news: RateLimitNews, nowMs: number): void {
    const own = { limit: this.limit ?? 1, slotMs: this.slotMs, inFlight: this.inFlight - 1 };
    this.shared = sharedPace(news, own, nowMs) ?? { slotMs: 0, untilMs: 0 };
    const { slotMs, untilMs } = this.shared;
    const why = "Braze's rate limit for this window is used up, not by this sync alone";
    if (slotMs === Number.POSITIVE_INFINITY) this.block(untilMs, why);
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
    const earliestMs = Math.max(this.nextSlotAtMs, now - usableSlotMs(now, this.windows.exactEndMs));
    const { slotMs, untilMs } = this.shared;
    // A new window is nobody's yet.
    const slowerMs = now < untilMs ? Math.min(earliestMs + slotMs, untilMs) : 0;
    this.nextSlotAtMs = Math.max(earliestMs + this.slotMs, slowerMs);
  }
}
