import schema from "@braze-connectors/spec/schemas/streams/events";
import { stringsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** Names of custom events. Braze: api/endpoints/export/custom_events/get_custom_events */
export const events = listStream({
  name: "events",
  schema,
  primaryKey: ["event_name"],
  endpoint: { path: "/events/list", permission: "events.list", rateGroup: "events" },
  entries: stringsAt("events", "event_name"),
  paging: pageNumbers(250),
});
