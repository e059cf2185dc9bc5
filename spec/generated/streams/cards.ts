// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A News Feed card that is not archived, as GET /feed/list lists it. Braze has retired the News Feed. Braze: api/endpoints/export/news_feed/get_news_feed_cards
 */
export interface Card {
/**
 * API identifier of the card.
 */
id: string
/**
 * Title of the card.
 */
title?: (null | string)
/**
 * NewsItem (classic), CaptionedImage, Banner or DevPick (cross-promotional).
 */
type?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
[k: string]: unknown | undefined
}
