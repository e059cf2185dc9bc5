import schema from "@braze-connectors/spec/schemas/streams/events_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";
import type { Parent } from "../rest/subjects";
import { events } from "./events";

/** An event has no identifier but its name: the official connector calls it `event_id`, so both columns hold it. */
const eachEvent: Parent = {
  list: events,
  subject: ({ event_name }) =>
    typeof event_name === "string"
      ? { parameters: { event: event_name }, columns: { event_id: event_name, event_name } }
      : undefined,
};

/** How often each custom event occurred, by day. Braze: api/endpoints/export/custom_events/get_custom_events_analytics */
export const eventsAnalytics = seriesStream({
  name: "events_analytics",
  schema,
  key: ["event_id"],
  parent: eachEvent,
  perApp: true,
  endpoint: { path: "/events/data_series", permission: "events.data_series" },
  points: objectsAt("data"),
  longest: 100,
  parameters: { unit: "day" },
});
