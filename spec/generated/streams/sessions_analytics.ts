// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Sessions of a day, by GET /sessions/data_series. Braze: api/endpoints/export/sessions/get_sessions_analytics
 */
export interface SessionAnalytics {
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Sessions.
 */
sessions?: (null | number)
[k: string]: unknown | undefined
}
