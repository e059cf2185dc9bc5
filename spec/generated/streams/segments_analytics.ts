// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * The estimated size of a segment on a day, by GET /segments/data_series. Braze: api/endpoints/export/segments/get_segment_analytics
 */
export interface SegmentAnalytics {
/**
 * API identifier of the segment.
 */
segment_id: string
/**
 * The day.
 */
time: string
/**
 * Users in the segment.
 */
size?: (null | number)
[k: string]: unknown | undefined
}
