// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A user to delete for good (POST /users/delete). Source: braze.com/docs, api/endpoints/user_data/post_user_delete.
 */
export type UserDeletion = ({
[k: string]: unknown | undefined
} & {
/**
 * The user's external_id, also one that a rename has deprecated.
 */
external_id?: string
/**
 * An alternative identifier of a user. Source: braze.com/docs, api/objects_filters/user_alias_object.
 */
user_alias?: {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
}
/**
 * The identifier that Braze gave the user.
 */
braze_id?: string
/**
 * The user's email address; prioritization says who is meant when several have it.
 */
email?: string
/**
 * The user's phone number; prioritization says who is meant when several have it.
 */
phone?: string
/**
 * With email or phone, where Braze requires it: each value narrows the choice, in order, and nobody is deleted when more than one profile is left. Not both of identified (with an external_id) and unidentified.
 * 
 * @minItems 1
 */
prioritization?: ("identified" | "unidentified" | "most_recently_updated")[]
})
