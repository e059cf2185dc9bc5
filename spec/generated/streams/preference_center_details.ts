// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * What GET /preference_center/v1/{preferenceCenterExternalID} knows of a preference center. Braze: api/endpoints/preference_center/get_view_details_preference_center
 */
export interface PreferenceCenterDetails {
/**
 * API identifier of the preference center.
 */
preference_center_api_id: string
/**
 * Name of the preference center.
 */
name?: (null | string)
/**
 * When it was created.
 */
created_at?: (null | string)
/**
 * When it was last updated.
 */
updated_at?: (null | string)
/**
 * Title of the page.
 */
preference_center_title?: (null | string)
/**
 * HTML of the page.
 */
preference_center_page_html?: (null | string)
/**
 * HTML of the confirmation page.
 */
confirmation_page_html?: (null | string)
/**
 * HTML of the redirect page.
 */
redirect_page_html?: (null | string)
/**
 * Options of the page.
 */
preference_center_options?: (null | {
[k: string]: unknown | undefined
})
/**
 * active or draft.
 */
state?: (null | string)
[k: string]: unknown | undefined
}
