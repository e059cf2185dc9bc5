// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * The name of a custom event, as GET /events/list lists it. Braze: api/endpoints/export/custom_events/get_custom_events
 */
export interface Event {
/**
 * Name of the custom event.
 */
event_name: string
[k: string]: unknown | undefined
}
