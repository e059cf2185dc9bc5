import schema from "@braze-connectors/spec/schemas/streams/custom_attributes";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { linkCursor } from "../rest/paging";

/** Custom attributes with their settings. Braze: api/endpoints/export/custom_attributes/get_custom_attributes */
export const customAttributes = listStream({
  name: "custom_attributes",
  schema,
  primaryKey: ["name"],
  endpoint: { path: "/custom_attributes", permission: "custom_attributes.get", rateGroup: "events" },
  entries: objectsAt("attributes"),
  paging: linkCursor,
});
