// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Uninstalls of a day, by GET /kpi/uninstalls/data_series. Braze: api/endpoints/export/kpi/get_kpi_uninstalls_date
 */
export interface DailyAppUninstalls {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Uninstalls.
 */
uninstalls?: (null | number)
[k: string]: unknown | undefined
}
