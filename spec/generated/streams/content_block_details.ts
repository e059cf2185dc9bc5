// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /content_blocks/info knows of a Content Block. Braze: api/endpoints/templates/content_blocks_templates/get_see_email_content_blocks_information
 */
export interface ContentBlockDetails {
/**
 * API identifier of the Content Block.
 */
content_block_id: string
/**
 * Name of the Content Block.
 */
name?: (null | string)
/**
 * html or text.
 */
content_type?: (null | string)
/**
 * When it was created.
 */
created_at?: (null | string)
/**
 * When it was last edited.
 */
last_edited?: (null | string)
/**
 * How many messages include it.
 */
inclusion_count?: (null | number)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * Its content.
 */
content?: (null | string)
/**
 * Its description.
 */
description?: (null | string)
/**
 * Message variations of campaigns and Canvases that include it.
 */
inclusion_data?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
