// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Which profile is meant when several share an email address or phone number: each value narrows the choice, in order, and nothing happens when more than one profile is left. Not both of identified (with an external_id) and unidentified. Source: braze.com/docs, api/endpoints/user_data/post_users_merge.
 * 
 * @minItems 1
 */
export type Prioritization = ("identified" | "unidentified" | "most_recently_updated" | "least_recently_updated")[]
