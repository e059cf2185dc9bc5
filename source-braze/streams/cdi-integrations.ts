import schema from "@braze-connectors/spec/schemas/streams/cdi_integrations";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { linkCursor } from "../rest/paging";

/** Integrations of Cloud Data Ingestion. Braze: api/endpoints/cdi/get_integration_list */
export const cdiIntegrations = listStream({
  name: "cdi_integrations",
  schema,
  primaryKey: ["integration_id"],
  endpoint: { path: "/cdi/integrations", permission: "cdi.integration_list", rateGroup: "cdi_integrations" },
  entries: objectsAt("results"),
  paging: linkCursor,
});
