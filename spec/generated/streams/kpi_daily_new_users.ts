// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * New users of a day, by GET /kpi/new_users/data_series. Braze: api/endpoints/export/kpi/get_kpi_daily_new_users_date
 */
export interface DailyNewUsers {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * New users.
 */
new_users?: (null | number)
[k: string]: unknown | undefined
}
