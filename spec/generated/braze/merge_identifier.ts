// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A user in a merge: by external_id, alias, email address or phone number. Source: braze.com/docs, api/endpoints/user_data/post_users_merge.
 */
export type MergeIdentifier = ({
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
 * Prioritization says who is meant when several have it.
 */
email?: string
/**
 * Prioritization says who is meant when several have it.
 */
phone?: string
/**
 * Which profile is meant when several share an email address or phone number: each value narrows the choice, in order, and nothing happens when more than one profile is left. Not both of identified (with an external_id) and unidentified. Source: braze.com/docs, api/endpoints/user_data/post_users_merge.
 * 
 * @minItems 1
 */
prioritization?: ("identified" | "unidentified" | "most_recently_updated" | "least_recently_updated")[]
} & {
[k: string]: unknown | undefined
})
