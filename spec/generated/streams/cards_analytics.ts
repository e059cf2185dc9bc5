// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A day of a News Feed card, by GET /feed/data_series. Braze: api/endpoints/export/news_feed/get_news_feed_card_analytics
 */
export interface CardAnalytics {
/**
 * API identifier of the card.
 */
card_id: string
/**
 * The day.
 */
time: string
/**
 * Clicks.
 */
clicks?: (null | number)
/**
 * Impressions.
 */
impressions?: (null | number)
/**
 * Users who clicked.
 */
unique_clicks?: (null | number)
/**
 * Users who saw it.
 */
unique_impressions?: (null | number)
[k: string]: unknown | undefined
}
