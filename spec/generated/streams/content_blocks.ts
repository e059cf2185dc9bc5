// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A Content Block, as GET /content_blocks/list lists it. Braze: api/endpoints/templates/content_blocks_templates/get_list_email_content_blocks
 */
export interface ContentBlock {
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
 * Liquid tag that includes it.
 */
liquid_tag?: (null | string)
[k: string]: unknown | undefined
}
