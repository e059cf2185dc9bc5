// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A user of the global control group, as POST /users/export/global_control_group writes it, with the time of the export. Braze: api/endpoints/export/user_data/post_users_global_control_group
 */
export interface GlobalControlGroupUser {
/**
 * When the export was requested.
 */
exported_at?: (null | string)
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
[k: string]: unknown | undefined
}
