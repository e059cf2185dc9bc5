// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /segments/details knows of a segment. Braze: api/endpoints/export/segments/get_segment_details
 */
export interface SegmentDetails {
/**
 * API identifier of the segment.
 */
segment_id: string
/**
 * Name of the segment.
 */
name?: (null | string)
/**
 * Its filters in words.
 */
description?: (null | string)
/**
 * Description of the segment.
 */
text_description?: (null | string)
/**
 * When the segment was created.
 */
created_at?: (null | string)
/**
 * When the segment was last updated.
 */
updated_at?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * Names of its Teams.
 */
teams?: (null | (null | string)[])
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
