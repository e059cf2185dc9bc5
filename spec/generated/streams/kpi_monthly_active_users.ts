// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Active users of the 30 days up to a day, by GET /kpi/mau/data_series. Braze: api/endpoints/export/kpi/get_kpi_mau_30_days
 */
export interface MonthlyActiveUsers {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Unique active users of the 30 days.
 */
mau?: (null | number)
[k: string]: unknown | undefined
}
