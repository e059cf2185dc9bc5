import schema from "@braze-connectors/spec/schemas/streams/custom_events";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { linkCursor } from "../rest/paging";

/** Custom events with their settings. Braze: api/endpoints/export/custom_events/get_custom_events_data */
export const customEvents = listStream({
  name: "custom_events",
  schema,
  primaryKey: ["name"],
  endpoint: { path: "/events", permission: "events.get", rateGroup: "events" },
  entries: objectsAt("events"),
  paging: linkCursor,
});
