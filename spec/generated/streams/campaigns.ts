// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A campaign that is not archived, as GET /campaigns/list lists it. Braze: api/endpoints/export/campaigns/get_campaigns
 */
export interface Campaign {
/**
 * API identifier of the campaign.
 */
id: string
/**
 * Name of the campaign.
 */
name?: (null | string)
/**
 * Whether it is an API campaign.
 */
is_api_campaign?: (null | boolean)
/**
 * Names of its tags.
 */
tags?: (null | (null | string)[])
/**
 * When the campaign was last edited.
 */
last_edited?: (null | string)
[k: string]: unknown | undefined
}
