import schema from "@braze-connectors/spec/schemas/streams/cdi_job_sync_status";
import { objectsAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { linkCursor } from "../rest/paging";
import { parent } from "../rest/subjects";
import { cdiIntegrations } from "./cdi-integrations";

/** Past syncs of each integration. Braze: api/endpoints/cdi/get_job_sync_status */
export const cdiJobSyncStatus = childStream({
  name: "cdi_job_sync_status",
  schema,
  primaryKey: ["integration_id", "sync_start_time"],
  parent: parent(cdiIntegrations, "integration_id", "integration_id"),
  endpoint: {
    path: "/cdi/integrations/{integration_id}/job_sync_status",
    permission: "cdi.integration_job_status",
    rateGroup: "cdi_job_sync_status",
  },
  entries: objectsAt("results"),
  paging: linkCursor,
});
