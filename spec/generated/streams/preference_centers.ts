// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A preference center, as GET /preference_center/v1/list lists it. Braze: api/endpoints/preference_center/get_list_preference_center
 */
export interface PreferenceCenter {
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
[k: string]: unknown | undefined
}
