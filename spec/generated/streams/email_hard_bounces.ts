// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An email address that bounced hard, by GET /email/hard_bounces. Braze: api/endpoints/email/get_list_hard_bounces
 */
export interface HardBounce {
/**
 * The email address.
 */
email: string
/**
 * When it bounced.
 */
hard_bounced_at?: (null | string)
[k: string]: unknown | undefined
}
