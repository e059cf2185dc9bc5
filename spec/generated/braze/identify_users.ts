// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Gives a user who is known by an alias, email address or phone number an external_id, or merges them into the user who has it (POST /users/identify). Source: braze.com/docs, api/endpoints/user_data/post_user_identify.
 */
export type UserIdentification = ({
[k: string]: unknown | undefined
} & {
/**
 * Who the user is from then on.
 */
external_id: string
/**
 * An alternative identifier of a user. Source: braze.com/docs, api/objects_filters/user_alias_object.
 */
user_alias?: {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
}
/**
 * The email address that the user is known by; prioritization says who is meant when several have it.
 */
email?: string
/**
 * The phone number that the user is known by; prioritization says who is meant when several have it.
 */
phone?: string
/**
 * Which profile is meant when several share an email address or phone number: each value narrows the choice, in order, and nothing happens when more than one profile is left. Not both of identified (with an external_id) and unidentified. Source: braze.com/docs, api/endpoints/user_data/post_users_merge.
 * 
 * @minItems 1
 */
prioritization?: ("identified" | "unidentified" | "most_recently_updated" | "least_recently_updated")[]
/**
 * Whether what the user has is merged into an existing user with the external_id. Newer accounts always merge, whatever is said here.
 */
merge_behavior?: ("merge" | "none")
})
