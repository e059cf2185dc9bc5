// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An email address that unsubscribed, by GET /email/unsubscribes. Braze: api/endpoints/email/get_query_unsubscribed_email_addresses
 */
export interface Unsubscribe {
/**
 * The email address.
 */
email: string
/**
 * When it unsubscribed.
 */
unsubscribed_at?: (null | string)
[k: string]: unknown | undefined
}
