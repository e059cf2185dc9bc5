// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A new alias (POST /users/alias/new), or a new name for an alias that exists (POST /users/alias/update). Source: braze.com/docs, api/endpoints/user_data/post_user_alias and post_users_alias_update.
 */
export type UserAliasChange = ({
/**
 * The user who gets the new alias; nothing happens when there is no such user. Without it a user is created who has only the alias.
 */
external_id?: string
/**
 * The kind of alias. A user has at most one alias of a label.
 */
alias_label: string
/**
 * The new alias. When any user has it already, nothing happens.
 */
alias_name?: string
/**
 * The alias to rename; nothing happens when there is none.
 */
old_alias_name?: string
/**
 * What the alias is called from then on.
 */
new_alias_name?: string
} & {
[k: string]: unknown | undefined
})
