// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A phone number found invalid, by GET /sms/invalid_phone_numbers. Braze: api/endpoints/sms/get_query_invalid_numbers
 */
export interface InvalidPhoneNumber {
/**
 * The phone number, E.164.
 */
phone: string
/**
 * When it was found invalid.
 */
invalid_detected_at?: (null | string)
/**
 * provider_error (can't receive SMS) or deactivated.
 */
reason?: (null | string)
[k: string]: unknown | undefined
}
