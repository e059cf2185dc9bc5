// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An integration of Cloud Data Ingestion, as GET /cdi/integrations lists it. Braze: api/endpoints/cdi/get_integration_list
 */
export interface CloudDataIngestionIntegration {
/**
 * Identifier of the integration.
 */
integration_id: string
/**
 * Identifier of the workspace.
 */
app_group_id?: (null | string)
/**
 * Its name.
 */
integration_name?: (null | string)
/**
 * Its type.
 */
integration_type?: (null | string)
/**
 * Its status.
 */
integration_status?: (null | string)
/**
 * Whom to write to.
 */
contact_emails?: (null | string | (null | string)[])
/**
 * Last timestamp that was synced.
 */
last_updated_at?: (null | string)
/**
 * Type of the data warehouse.
 */
warehouse_type?: (null | string)
/**
 * When the last sync started.
 */
last_job_start_time?: (null | string)
/**
 * How the last sync went.
 */
last_job_status?: (null | string)
/**
 * When the next sync is due.
 */
next_scheduled_run?: (null | string)
[k: string]: unknown | undefined
}
