import type { JsonObject } from "../../json";
import type { Content, Occurrence } from "../content";
import { type Endpoint, failure, success } from "../endpoint";
import { isDay, parseTime } from "../track/times";
import { offsetPage } from "./offset";

const MOST = 500;

/**
 * A list of what happened between two days, newest first. Both days are "midnight in UTC time"; that the end
 * itself is included is assumed, the worse case for a reader.
 */
const between = (
  path: string,
  permission: string,
  name: string,
  of: (content: Content) => readonly Occurrence[],
  entry: (occurrence: Occurrence) => JsonObject,
): Endpoint => ({
  method: "GET",
  path,
  permission,
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const [start, end] = [query.get("start_date"), query.get("end_date")];
    if (!isDay(start) || !isDay(end)) return failure(400, "start_date and end_date must be YYYY-MM-DD");
    if (start >= end) return failure(400, "start_date must be earlier than end_date");
    const [fromMs, toMs] = [Date.parse(start), Date.parse(end)];
    const found = of(workspace.content)
      .map((occurrence) => ({ occurrence, atMs: parseTime(occurrence.at) ?? 0 }))
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      .sort((a, b) => b.atMs - a.atMs)
      .map(({ occurrence }) => entry(occurrence));
    const page = offsetPage(found, query, MOST);
    return typeof page === "string" ? failure(400, page) : success({ [name]: [...page] });
  },
});

export const undeliverableEndpoints: readonly Endpoint[] = [
  /** docs: api/endpoints/email/get_list_hard_bounces */
  between(
    "/email/hard_bounces",
    "email.hard_bounces",
    "emails",
    ({ hardBounces }) => hardBounces,
    ({ who, at }) => ({ email: who, hard_bounced_at: at }),
  ),
  /** docs: api/endpoints/email/get_query_unsubscribed_email_addresses */
  between(
    "/email/unsubscribes",
    "email.unsubscribe",
    "emails",
    ({ unsubscribes }) => unsubscribes,
    ({ who, at }) => ({ email: who, unsubscribed_at: at }),
  ),
  /** docs: api/endpoints/sms/get_query_invalid_numbers */
  between(
    "/sms/invalid_phone_numbers",
    "sms.invalid_phone_numbers",
    "sms",
    ({ invalidPhoneNumbers }) => invalidPhoneNumbers,
    ({ who, at, reason }) => ({ phone: who, invalid_detected_at: at, reason: reason ?? "provider_error" }),
  ),
];
