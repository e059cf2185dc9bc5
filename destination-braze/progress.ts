import {
  countText,
  type Progress,
  RecentRate,
  rateText,
  recordsText,
} from "@braze-connectors/shared/airbyte/progress";
import type { Totals } from "./report/counts";
import { type Situation, waitOf, waitText } from "./report/waits";

/** What the progress of a write is made of. */
export interface WriteSituation {
  totals: Readonly<Totals>;
  /** Requests so far that count against the limit. */
  limitedRequests: number;
  situation: Situation;
}

/** How far a destination is, and what keeps it from being further. */
export class WriteProgress {
  private readonly records = new RecentRate();
  private readonly requests = new RecentRate();

  /** @param requestsPer3Seconds that the limit allows */
  constructor(
    private readonly requestsPer3Seconds: number,
    private readonly look: () => WriteSituation,
  ) {
    // Rates begin here, not with the first time that somebody asks.
    this.now();
  }

  now(): Progress {
    const { totals, limitedRequests, situation } = this.look();
    const { received, accepted, unchanged, rejected, left_to_other_shards: left = 0 } = totals;
    const perSecond = this.requests.at(situation.nowMs, limitedRequests);
    // In the first second a single request would be more than its share.
    const limitUse = Math.min(100, Math.round((perSecond / (this.requestsPer3Seconds / 3)) * 100));
    const waiting = waitText(waitOf(situation), situation);
    return {
      parts: [
        recordsText(received),
        rateText(this.records.at(situation.nowMs, received)),
        `${countText(accepted - unchanged)} delivered`,
        ...(unchanged > 0 ? [`${countText(unchanged)} unchanged`] : []),
        ...(rejected > 0 ? [`${countText(rejected)} rejected`] : []),
        ...(left > 0 ? [`${countText(left)} left to other shards`] : []),
        ...(waiting === undefined ? [] : [waiting]),
        `limit use ${limitUse} %`,
      ],
    };
  }
}
