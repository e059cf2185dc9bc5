import schema from "@braze-connectors/spec/schemas/streams/campaigns";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** Campaigns that are not archived. Braze: api/endpoints/export/campaigns/get_campaigns */
export const campaigns = listStream({
  name: "campaigns",
  schema,
  primaryKey: ["id"],
  endpoint: { path: "/campaigns/list", permission: "campaigns.list" },
  entries: objectsAt("campaigns"),
  paging: pageNumbers(100),
  edited: { column: "last_edited", parameter: "last_edit.time[gt]" },
});
