// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /feed/details knows of a News Feed card. Braze: api/endpoints/export/news_feed/get_news_feed_card_details
 */
export interface CardDetails {
/**
 * API identifier of the card.
 */
card_id: string
/**
 * Name of the card.
 */
name?: (null | string)
/**
 * Title of the card.
 */
title?: (null | string)
/**
 * Text of the card.
 */
description?: (null | string)
/**
 * When the card was created.
 */
created_at?: (null | string)
/**
 * When the card was last updated.
 */
updated_at?: (null | string)
/**
 * When the card was published.
 */
publish_at?: (null | string)
/**
 * When the card stops being shown.
 */
end_at?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * Image of the card.
 */
image_url?: (null | string)
/**
 * Key-value pairs of the card.
 */
extras?: (null | {
[k: string]: unknown | undefined
})
/**
 * Whether the card is archived.
 */
archived?: (null | boolean)
/**
 * Whether the card is a draft.
 */
draft?: (null | boolean)
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
