import schema from "@braze-connectors/spec/schemas/streams/scheduled_broadcasts";
import { objectsAt } from "../rest/answers";
import { addDays, dayOf } from "../rest/days";
import { listStream } from "../rest/list-stream";
import { wholeAnswer } from "../rest/paging";

/** What is scheduled to be sent within a year. Braze: api/endpoints/messaging/schedule_messages/get_messages_scheduled */
export const scheduledBroadcasts = listStream({
  name: "scheduled_broadcasts",
  schema,
  primaryKey: ["id"],
  endpoint: { path: "/messages/scheduled_broadcasts", permission: "messages.schedule_broadcasts" },
  entries: objectsAt("scheduled_broadcasts"),
  paging: wholeAnswer,
  parameters: (nowMs) => ({ end_time: `${addDays(dayOf(nowMs), 365)}T00:00:00Z` }),
});
