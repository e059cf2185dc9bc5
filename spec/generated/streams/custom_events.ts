// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A custom event with its settings, as GET /events lists it. Braze: api/endpoints/export/custom_events/get_custom_events_data
 */
export interface CustomEvent {
/**
 * Name of the custom event.
 */
name: string
/**
 * Its description.
 */
description?: (null | string)
/**
 * Whether analytics reports include it.
 */
included_in_analytics_report?: (null | boolean)
/**
 * Its status, for example Active.
 */
status?: (null | string)
/**
 * Names of its tags.
 */
tag_names?: (null | (null | string)[])
[k: string]: unknown | undefined
}
