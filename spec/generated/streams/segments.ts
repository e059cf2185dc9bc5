// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A segment that is not archived, as GET /segments/list lists it. Braze: api/endpoints/export/segments/get_segment
 */
export interface Segment {
/**
 * API identifier of the segment.
 */
id: string
/**
 * Name of the segment.
 */
name?: (null | string)
/**
 * Whether analytics are tracked for it.
 */
analytics_tracking_enabled?: (null | boolean)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
[k: string]: unknown | undefined
}
