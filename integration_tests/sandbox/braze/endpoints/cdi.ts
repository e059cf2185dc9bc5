import { type Endpoint, failure } from "../endpoint";
import { cursorPage } from "./cursor";

const PAGE_SIZE = 10;

/** docs: api/endpoints/cdi/get_integration_list */
export const cdiIntegrations: Endpoint = {
  method: "GET",
  path: "/cdi/integrations",
  permission: "cdi.integration_list",
  rateGroup: "cdi_integrations",
  handle: (call) => {
    const entries = call.workspace.content.integrations.map(
      ({ integration_id, integration_name, syncs }) => ({
        integration_id,
        app_group_id: "sandbox",
        integration_name,
        integration_type: "user_attributes",
        integration_status: "Active",
        contact_emails: "ops@example.com",
        last_updated_at: "2024-01-01T00:00:00Z",
        warehouse_type: "Snowflake",
        last_job_start_time: syncs[0]?.sync_start_time ?? null,
        last_job_status: syncs[0]?.job_status ?? null,
        next_scheduled_run: null,
      }),
    );
    return cursorPage(call, "/cdi/integrations", "results", entries, PAGE_SIZE);
  },
};

/** docs: api/endpoints/cdi/get_job_sync_status */
export const cdiJobSyncStatus: Endpoint = {
  method: "GET",
  path: "/cdi/integrations/{id}/job_sync_status",
  permission: "cdi.integration_job_status",
  rateGroup: "cdi_job_sync_status",
  handle: (call) => {
    const { id } = call.parameters;
    const integration = call.workspace.content.integrations.find((each) => each.integration_id === id);
    if (integration === undefined) return failure(400, "Invalid integration ID");
    return cursorPage(
      call,
      `/cdi/integrations/${id}/job_sync_status`,
      "results",
      integration.syncs,
      PAGE_SIZE,
    );
  },
};
