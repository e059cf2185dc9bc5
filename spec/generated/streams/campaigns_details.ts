// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /campaigns/details knows of a campaign. Braze: api/endpoints/export/campaigns/get_campaign_details
 */
export interface CampaignDetails {
/**
 * API identifier of the campaign.
 */
campaign_id: string
/**
 * Name of the campaign.
 */
name?: (null | string)
/**
 * Description of the campaign.
 */
description?: (null | string)
/**
 * When the campaign was created.
 */
created_at?: (null | string)
/**
 * When the campaign was last updated.
 */
updated_at?: (null | string)
/**
 * Whether the campaign is archived.
 */
archived?: (null | boolean)
/**
 * Whether the campaign is a draft.
 */
draft?: (null | boolean)
/**
 * Whether the campaign is active.
 */
enabled?: (null | boolean)
/**
 * Whether the campaign has a draft of changes to what was launched.
 */
has_post_launch_draft?: (null | boolean)
/**
 * How sending is scheduled.
 */
schedule_type?: (null | string)
/**
 * Channels that the campaign sends through.
 */
channels?: (null | (null | string)[])
/**
 * Date and hour of the first send.
 */
first_sent?: (null | string)
/**
 * Date and hour of the last send.
 */
last_sent?: (null | string)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * Names of its Teams.
 */
teams?: (null | (null | string)[])
/**
 * The messages, by message variation identifier; fields depend on the channel.
 */
messages?: (null | {
[k: string]: null | {
/**
 * Channel of the message.
 */
channel?: (null | string)
/**
 * Name of the variant.
 */
name?: (null | string)
[k: string]: unknown | undefined
} | undefined
})
/**
 * Conversion events in their order.
 */
conversion_behaviors?: (null | (null | {
/**
 * Kind of conversion, for example Performs Custom Event.
 */
type?: (null | string)
/**
 * Seconds within which a conversion counts.
 */
window?: (null | number)
/**
 * Custom event that converts.
 */
custom_event_name?: (null | string)
/**
 * Product whose purchase converts.
 */
product?: (null | string)
/**
 * Apps whose use converts; null for any.
 */
app_ids?: (null | (null | string)[])
[k: string]: unknown | undefined
})[])
/**
 * Braze's word on the request, success.
 */
message?: (null | string)
[k: string]: unknown | undefined
}
