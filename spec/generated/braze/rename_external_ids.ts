// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A new external_id for a user (POST /users/external_ids/rename). The old one still finds the user until it is removed. Source: braze.com/docs, api/endpoints/user_data/external_id_migration/post_external_ids_rename.
 */
export interface ExternalIdRename {
/**
 * The user's present external_id; not one that an earlier rename has deprecated.
 */
current_external_id: string
/**
 * The new one, which no user may have or have had.
 */
new_external_id: string
}
