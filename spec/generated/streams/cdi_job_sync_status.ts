// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A past sync of an integration, by GET /cdi/integrations/{integration_id}/job_sync_status. Braze: api/endpoints/cdi/get_job_sync_status
 */
export interface CloudDataIngestionSync {
/**
 * Identifier of the integration.
 */
integration_id: string
/**
 * When the sync started.
 */
sync_start_time: string
/**
 * When the sync finished.
 */
sync_finish_time?: (null | string)
/**
 * running, success, partial, error or config_error.
 */
job_status?: (null | string)
/**
 * Newest UPDATED_AT that the sync processed.
 */
last_timestamp_synced?: (null | string)
/**
 * Rows synced.
 */
rows_synced?: (null | number)
/**
 * Rows that failed.
 */
rows_failed_with_errors?: (null | number)
[k: string]: unknown | undefined
}
