// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An alternative identifier of a user. Source: braze.com/docs, api/objects_filters/user_alias_object.
 */
export interface UserAlias {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
}
