// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A user of an exported segment, as POST /users/export/segment writes it, with the segment and the time of the export.
 */
export interface SegmentUser {
/**
 * Identifier of the exported segment.
 */
segment_id: string
/**
 * Name of the exported segment.
 */
segment_name?: (null | string)
/**
 * When the export was requested.
 */
exported_at?: (null | string)
/**
 * Of a user who is not in the segment any more: the exported_at of the first export without the user. Only incremental syncs have such records, and only the columns about the segment and braze_id are set.
 */
left_segment_at?: (null | string)
/**
 * Identifier that Braze gave to the user.
 */
braze_id: string
/**
 * Your identifier of the user, for identified users.
 */
external_id?: (null | string)
/**
 * Aliases of the user.
 */
user_aliases?: (null | (null | {
/**
 * Name of the alias.
 */
alias_name?: (null | string)
/**
 * Label of the alias.
 */
alias_label?: (null | string)
[k: string]: unknown | undefined
})[])
/**
 * When the profile was created. Not always ISO 8601: Braze's sample reads 2020-07-10 15:00:00.000 UTC.
 */
created_at?: (null | string)
/**
 * How the profile was created, for example SDK, REST API or CSV import.
 */
created_from?: (null | string)
/**
 * Number that spreads users evenly, from 0 to 9999.
 */
random_bucket?: (null | number)
/**
 * First name.
 */
first_name?: (null | string)
/**
 * Last name.
 */
last_name?: (null | string)
/**
 * Email address.
 */
email?: (null | string)
/**
 * Phone number, as it was imported into Braze.
 */
phone?: (null | string)
/**
 * Date of birth.
 */
dob?: (null | string)
/**
 * M, F, O (other), N (not applicable) or P (prefers not to say).
 */
gender?: (null | string)
/**
 * Country, ISO 3166-1 alpha-2.
 */
country?: (null | string)
/**
 * Home city.
 */
home_city?: (null | string)
/**
 * Language, ISO 639-1.
 */
language?: (null | string)
/**
 * Time zone; documented as IANA name, though Braze's sample reads Eastern Time (US & Canada).
 */
time_zone?: (null | string)
/**
 * Most recent location, longitude first.
 */
last_coordinates?: (null | number[])
/**
 * Email subscription: opted_in, subscribed or unsubscribed.
 */
email_subscribe?: (null | string)
/**
 * When the user opted in to email; comes with email_subscribe.
 */
email_opted_in_at?: (null | string)
/**
 * When the user unsubscribed from email; comes with email_subscribe.
 */
email_unsubscribed_at?: (null | string)
/**
 * Push subscription: opted_in, subscribed or unsubscribed.
 */
push_subscribe?: (null | string)
/**
 * When the user opted in to push; comes with push_subscribe.
 */
push_opted_in_at?: (null | string)
/**
 * When the user unsubscribed from push; comes with push_subscribe.
 */
push_unsubscribed_at?: (null | string)
/**
 * Revenue attributed to the user.
 */
total_revenue?: (null | number)
/**
 * Ad campaign that brought the user, from an attribution partner.
 */
attributed_campaign?: (null | string)
/**
 * Platform of that ad.
 */
attributed_source?: (null | string)
/**
 * Group below the campaign.
 */
attributed_adgroup?: (null | string)
/**
 * Group below campaign and ad group.
 */
attributed_ad?: (null | string)
/**
 * When the user uninstalled the app.
 */
uninstalled_at?: (null | string)
/**
 * Custom attributes.
 */
custom_attributes?: (null | {
[k: string]: unknown | undefined
})
/**
 * Custom events of the last 90 days.
 */
custom_events?: (null | (null | {
/**
 * Name.
 */
name?: (null | string)
/**
 * The first time, of all time.
 */
first?: (null | string)
/**
 * The last time.
 */
last?: (null | string)
/**
 * How often, of all time.
 */
count?: (null | number)
[k: string]: unknown | undefined
})[])
/**
 * Purchases of the last 90 days.
 */
purchases?: (null | (null | {
/**
 * Name.
 */
name?: (null | string)
/**
 * The first time, of all time.
 */
first?: (null | string)
/**
 * The last time.
 */
last?: (null | string)
/**
 * How often, of all time.
 */
count?: (null | number)
[k: string]: unknown | undefined
})[])
/**
 * Devices.
 */
devices?: (null | (null | {
/**
 * Model.
 */
model?: (null | string)
/**
 * Operating system.
 */
os?: (null | string)
/**
 * Carrier.
 */
carrier?: (null | string)
/**
 * Braze's identifier of the device.
 */
device_id?: (null | string)
/**
 * Apple's identifier for vendors.
 */
idfv?: (null | string)
/**
 * Apple's identifier for advertisers.
 */
idfa?: (null | string)
/**
 * Google's advertising identifier.
 */
google_ad_id?: (null | string)
/**
 * Roku's advertising identifier.
 */
roku_ad_id?: (null | string)
/**
 * Whether the user allows ad tracking.
 */
ad_tracking_enabled?: (null | boolean)
[k: string]: unknown | undefined
})[])
/**
 * Push tokens.
 */
push_tokens?: (null | (null | {
/**
 * Name of the app.
 */
app?: (null | string)
/**
 * Platform of the app.
 */
platform?: (null | string)
/**
 * The token.
 */
token?: (null | string)
/**
 * Device of the token.
 */
device_id?: (null | string)
/**
 * Whether foreground push is enabled for the token.
 */
notifications_enabled?: (null | boolean)
/**
 * Whether notifications are delivered quietly.
 */
provisionally_opted_in?: (null | boolean)
[k: string]: unknown | undefined
})[])
/**
 * Apps in which the user had sessions.
 */
apps?: (null | (null | {
/**
 * Name of the app.
 */
name?: (null | string)
/**
 * iOS, Android or Web.
 */
platform?: (null | string)
/**
 * Version of the app.
 */
version?: (null | string)
/**
 * Number of sessions.
 */
sessions?: (null | number)
/**
 * First session.
 */
first_used?: (null | string)
/**
 * Last session.
 */
last_used?: (null | string)
[k: string]: unknown | undefined
})[])
/**
 * Campaigns received in the last 90 days.
 */
campaigns_received?: (null | (null | {
/**
 * Name.
 */
name?: (null | string)
/**
 * Identifier of the campaign.
 */
api_campaign_id?: (null | string)
/**
 * When it was last received.
 */
last_received?: (null | string)
engaged?: (null | {
opened_email?: (null | boolean)
opened_push?: (null | boolean)
clicked_email?: (null | boolean)
clicked_triggered_in_app_message?: (null | boolean)
[k: string]: unknown | undefined
})
/**
 * Whether the user converted.
 */
converted?: (null | boolean)
/**
 * Conversion by conversion event.
 */
multiple_converted?: (null | {
[k: string]: unknown | undefined
})
/**
 * Variant, for multivariate campaigns.
 */
variation_name?: (null | string)
/**
 * Identifier of the variant.
 */
variation_api_id?: (null | string)
/**
 * Whether the user is in the control group.
 */
in_control?: (null | boolean)
[k: string]: unknown | undefined
})[])
/**
 * Canvases received in the last 90 days.
 */
canvases_received?: (null | (null | {
/**
 * Name.
 */
name?: (null | string)
/**
 * Identifier of the Canvas.
 */
api_canvas_id?: (null | string)
/**
 * Last message.
 */
last_received_message?: (null | string)
/**
 * When the user last entered.
 */
last_entered?: (null | string)
/**
 * When the user last entered the control group.
 */
last_entered_control_at?: (null | string)
/**
 * When the user last left.
 */
last_exited?: (null | string)
/**
 * Variant.
 */
variation_name?: (null | string)
/**
 * Whether the user is in the control group.
 */
in_control?: (null | boolean)
/**
 * Steps received.
 */
steps_received?: (null | (null | {
/**
 * Name.
 */
name?: (null | string)
/**
 * Identifier of the step.
 */
api_canvas_step_id?: (null | string)
/**
 * When it was last received.
 */
last_received?: (null | string)
[k: string]: unknown | undefined
})[])
[k: string]: unknown | undefined
})[])
/**
 * Cards clicked.
 */
cards_clicked?: (null | (null | {
/**
 * Name of the card.
 */
name?: (null | string)
[k: string]: unknown | undefined
})[])
[k: string]: unknown | undefined
}
