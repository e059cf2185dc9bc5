import type { JsonObject } from "../../json";
import { type Answer, type Call, failure, success } from "../endpoint";
import { parseTime } from "../track/times";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The days of a data series: `length` days up to and with the day of `ending_at` in the company's time zone.
 * docs: get_campaign_analytics and its sisters, which say neither whether the last day counts nor whose
 * midnight it is; dashboards show the company's days.
 */
export function seriesDays({ query, nowMs, workspace }: Call, most: number): string[] | string {
  const length = Number(query.get("length"));
  if (!Number.isInteger(length) || length < 1 || length > most) return `'length' must be 1 to ${most}`;
  const endingAt = query.get("ending_at");
  const endMs = endingAt === null ? nowMs : parseTime(endingAt);
  if (endMs === undefined) return "'ending_at' is not valid";
  // Tomorrow has no numbers yet.
  const lastMs = Math.min(endMs, nowMs) + workspace.utcOffsetMinutes * MINUTE_MS;
  return Array.from({ length }, (_, index) =>
    new Date(lastMs - (length - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Answers a series with a point for each day. */
export function seriesAnswer(call: Call, most: number, point: (day: string) => JsonObject): Answer {
  const days = seriesDays(call, most);
  if (typeof days === "string") return failure(400, days);
  return success({ data: days.map((day) => ({ time: day, ...point(day) })) });
}

/** The name of a series that may be limited to an app. */
export const ofApp = (series: string, query: URLSearchParams): string => {
  const app = query.get("app_id");
  return app === null ? series : `${series} app ${app}`;
};
