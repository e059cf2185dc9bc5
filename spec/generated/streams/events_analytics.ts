// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * How often a custom event occurred on a day, by GET /events/data_series. Braze: api/endpoints/export/custom_events/get_custom_events_analytics
 */
export interface EventAnalytics {
/**
 * Name of the custom event, which is its identifier.
 */
event_id: string
/**
 * Name of the custom event.
 */
event_name?: (null | string)
/**
 * API identifier of the app; only when the config names apps.
 */
app_id?: (null | string)
/**
 * The day.
 */
time: string
/**
 * Occurrences.
 */
count?: (null | number)
[k: string]: unknown | undefined
}
