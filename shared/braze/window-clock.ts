import type { RateLimitNews } from "./rate-limit-headers";
import { isAboutWindow, refinedEnd } from "./rate-window";

/** What headers say in whole seconds is known better after one second has gone over into the next. */
const sureAfterMs = 2000;
/** By how much later still: the answer that showed it was under way for a while. */
const latestMs = 150;

/** Knows when Braze's windows of 3 seconds end, as far as the headers of several answers tell. */
export class WindowClock {
  private endMs: number | undefined;
  private isExact = false;
  private sinceMs: number | undefined;
  private isOfHour = false;

  /** When some window ends, if Braze has said so exactly. */
  get exactEndMs(): number | undefined {
    return this.isExact ? this.endMs : undefined;
  }

  /**
   * What an answer says about its window of 3 seconds, with what earlier ones said of its end.
   * Undefined for one about an hour, and for all that follow: then that is what the headers are about.
   * @param slotMs the time between two requests
   */
  refine(news: RateLimitNews, nowMs: number, slotMs: number): RateLimitNews | undefined {
    if (!isAboutWindow(news, nowMs)) this.isOfHour = true;
    if (this.isOfHour) return undefined;
    if (news.resetAtMs === undefined) return news;
    this.endMs = refinedEnd(this.endMs, news);
    this.isExact = news.resetEarlierMs === undefined;
    this.sinceMs ??= nowMs;
    const isClose = nowMs - this.sinceMs >= sureAfterMs;
    const earlierMs = Math.min(news.resetEarlierMs ?? 0, isClose ? latestMs + 2 * slotMs : Infinity);
    return { ...news, resetAtMs: this.endMs, resetEarlierMs: earlierMs };
  }
}
