// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A day of a campaign, by GET /campaigns/data_series. Braze: api/endpoints/export/campaigns/get_campaign_analytics
 */
export interface CampaignAnalytics {
/**
 * API identifier of the campaign.
 */
campaign_id: string
/**
 * The day.
 */
time: string
/**
 * Conversions for the first conversion event.
 */
conversions?: (null | number)
/**
 * Conversions for the first conversion event, counted on the day of the send.
 */
conversions_by_send_time?: (null | number)
/**
 * Conversions for the second conversion event.
 */
conversions1?: (null | number)
/**
 * Conversions for the second conversion event, counted on the day of the send.
 */
conversions1_by_send_time?: (null | number)
/**
 * Conversions for the third conversion event.
 */
conversions2?: (null | number)
/**
 * Conversions for the third conversion event, counted on the day of the send.
 */
conversions2_by_send_time?: (null | number)
/**
 * Conversions for the fourth conversion event.
 */
conversions3?: (null | number)
/**
 * Conversions for the fourth conversion event, counted on the day of the send.
 */
conversions3_by_send_time?: (null | number)
/**
 * Users who received the campaign.
 */
unique_recipients?: (null | number)
/**
 * Revenue in USD.
 */
revenue?: (null | number)
/**
 * Numbers of each message variation, by channel; which ones depends on the channel.
 */
messages?: (null | {
/**
 * Variations sent by email.
 */
email?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by ios_push.
 */
ios_push?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by android_push.
 */
android_push?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by kindle_push.
 */
kindle_push?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by web_push.
 */
web_push?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by webhook.
 */
webhook?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by sms.
 */
sms?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by whats_app.
 */
whats_app?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by content_cards.
 */
content_cards?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by in_app_message.
 */
in_app_message?: (null | (null | {
[k: string]: unknown | undefined
})[])
/**
 * Variations sent by trigger_in_app_message.
 */
trigger_in_app_message?: (null | (null | {
[k: string]: unknown | undefined
})[])
[k: string]: unknown | undefined
})
[k: string]: unknown | undefined
}
