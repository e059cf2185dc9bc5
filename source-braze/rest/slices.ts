import { addDays, countDays, type Day, dayOf } from "./days";

/** One request for a part of a daily series. */
export interface Slice {
  from: Day;
  /** Last day; the slice that reaches up to now has none, for Braze's day may be ahead of UTC. */
  to: Day | undefined;
  /** `ending_at` */
  endingAt: string;
  /** `length`, days. */
  length: number;
}

/**
 * Cuts a span of days into requests of at most `longest` days. The slices meet without a gap and share no day.
 *
 * Braze's days are those of the company's time zone, `ending_at` is a moment, and the documentation
 * (api/endpoints/export/campaigns/get_campaign_analytics) leaves open whether `length` counts the day of
 * `ending_at`. So every request asks for one day more than its slice has: wherever Braze's midnight lies, the
 * answer covers the slice. `daysOf` drops the rest.
 * @param longest what the endpoint allows as `length`, at least 2
 */
export function slicesOf(from: Day, nowMs: number, longest: number): Slice[] {
  // Where it is tomorrow already, the last sync may have read tomorrow: that day is not over.
  const tomorrow = addDays(dayOf(nowMs), 1);
  const today = from === tomorrow ? tomorrow : dayOf(nowMs);
  const slices: Slice[] = [];
  for (let first = from; first <= today; first = addDays(first, longest - 1)) {
    const last = addDays(first, longest - 2);
    if (last < today) {
      slices.push({ from: first, to: last, endingAt: `${last}T23:59:59Z`, length: longest });
    } else {
      slices.push({
        from: first,
        to: undefined,
        endingAt: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
        length: countDays(first, today) + 1,
      });
    }
  }
  return slices;
}

/** Whether a day belongs to a slice. */
export const holds = ({ from, to }: Slice, day: Day): boolean =>
  day >= from && (to === undefined || day <= to);

/**
 * Where the next sync begins: at the last day that Braze told of, for it was not over, so its numbers were
 * not final. Wherever on earth the company is, its current day is not before yesterday in UTC: that bounds
 * the way back for a series that is empty or ended long ago.
 * @param newest the last day of the answer, undefined for an empty one
 */
export function nextFrom(newest: Day | undefined, nowMs: number): Day {
  const yesterday = addDays(dayOf(nowMs), -1);
  return newest !== undefined && newest > yesterday ? newest : yesterday;
}
