import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { Limits } from "../settings";

/** Endpoints that Braze counts together (api/api_limits). */
export type RateGroup =
  | "track"
  | "subscription status"
  | "user identities"
  | "rename external ids"
  | "catalog items"
  | "catalogs"
  | "triggers";

/** Requests in three seconds, of what Braze allows in a minute. */
const perMinute = (requests: number): number => requests / 20;

const documented: Readonly<
  Record<Exclude<RateGroup, "track">, { requestsPer3Seconds: number; requestsPerHour?: number }>
> = {
  "subscription status": { requestsPer3Seconds: perMinute(5000) },
  "user identities": { requestsPer3Seconds: perMinute(20_000) },
  "rename external ids": { requestsPer3Seconds: perMinute(1000) },
  "catalog items": { requestsPer3Seconds: perMinute(16_000) },
  catalogs: { requestsPer3Seconds: perMinute(50) },
  // Braze counts these by the hour only; nobody wants an hour's messages in its first minutes.
  triggers: { requestsPer3Seconds: perMinute(250_000 / 60), requestsPerHour: 250_000 },
};

/** At least one request in a window, for with none nothing would ever be sent. */
const shareOf = (
  { requestsPer3Seconds, requestsPerHour }: (typeof documented)[keyof typeof documented],
  shares: number,
) => ({
  requestsPer3Seconds: Math.max(1, requestsPer3Seconds / shares),
  requestsPerHour: requestsPerHour === undefined ? undefined : Math.floor(requestsPerHour / shares),
});

/** The rate limits of a sync, one for each group of endpoints. */
export class RateLimits {
  private readonly limits = new Map<RateGroup, RateLimit>();

  /**
   * @param configured limits of /users/track, of which this process has its share already; `shares` divides all others
   * @param onLongWait told of waits that a person would wonder about
   */
  constructor(
    private readonly configured: Pick<Limits, "requestsPer3Seconds" | "requestsPerHour" | "shares">,
    private readonly onLongWait: (untilMs: number, why: string) => void,
  ) {}

  of(group: RateGroup): RateLimit {
    let limit = this.limits.get(group);
    if (!limit) {
      const { shares = 1 } = this.configured;
      const { requestsPer3Seconds, requestsPerHour } =
        group === "track" ? this.configured : shareOf(documented[group], shares);
      limit = new RateLimit({ requestsPer3Seconds, requestsPerHour, shares, onLongWait: this.onLongWait });
      this.limits.set(group, limit);
    }
    return limit;
  }
}
