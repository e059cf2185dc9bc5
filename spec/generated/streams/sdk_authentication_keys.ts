// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A public key of SDK authentication of a configured app, by GET /app_group/sdk_authentication/keys. Braze: api/endpoints/sdk_authentication/get_sdk_authentication_keys
 */
export interface SDKAuthenticationKey {
/**
 * API identifier of the app.
 */
app_id: string
/**
 * Identifier of the key.
 */
id: string
/**
 * The RSA public key.
 */
rsa_public_key?: (null | string)
/**
 * Description of the key.
 */
description?: (null | string)
/**
 * Whether it is the primary key.
 */
is_primary?: (null | boolean)
[k: string]: unknown | undefined
}
