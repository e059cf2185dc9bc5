import { type Endpoint, failure, success } from "../endpoint";
import { parseTime } from "../track/times";

/** docs: api/endpoints/messaging/schedule_messages/get_messages_scheduled */
export const scheduledBroadcasts: Endpoint = {
  method: "GET",
  path: "/messages/scheduled_broadcasts",
  permission: "messages.schedule_broadcasts",
  rateGroup: "default",
  handle: ({ workspace, query, nowMs }) => {
    const endMs = parseTime(query.get("end_time"));
    if (endMs === undefined) return failure(400, "'end_time' must be ISO 8601");
    const due = workspace.content.scheduledBroadcasts.filter(({ next_send_time }) => {
      const atMs = parseTime(next_send_time) ?? 0;
      return atMs >= nowMs && atMs <= endMs;
    });
    return success({
      scheduled_broadcasts: due.map((broadcast) => ({ ...broadcast, tags: [], schedule_type: "UTC" })),
    });
  },
};
