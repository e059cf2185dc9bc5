// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Active users of a day, by GET /kpi/dau/data_series. Braze: api/endpoints/export/kpi/get_kpi_dau_date
 */
export interface DailyActiveUsers {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Unique active users.
 */
dau?: (null | number)
[k: string]: unknown | undefined
}
