// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A Canvas that is not archived, as GET /canvas/list lists it. Braze: api/endpoints/export/canvas/get_canvases
 */
export interface Canvas {
/**
 * API identifier of the Canvas.
 */
id: string
/**
 * Name of the Canvas.
 */
name?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * When the Canvas was last edited.
 */
last_edited?: (null | string)
[k: string]: unknown | undefined
}
