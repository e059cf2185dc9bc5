// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * One recipient of an API-triggered Canvas (POST /canvas/trigger/send). A recipient who comes twice in one request gets one message. Source: braze.com/docs, api/endpoints/messaging/send_messages/post_send_triggered_canvases and api/objects_filters/recipient_object.
 */
export type CanvasRecipient = ({
/**
 * The recipient's external_id.
 */
external_user_id?: string
/**
 * An alternative identifier of a user. Source: braze.com/docs, api/objects_filters/user_alias_object.
 */
user_alias?: {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
}
/**
 * The identifier that Braze gave the recipient.
 */
braze_id?: string
/**
 * The recipient's email address; prioritization says who is meant when several have it.
 */
email?: string
/**
 * Which profile is meant when several share an email address or phone number: each value narrows the choice, in order, and nothing happens when more than one profile is left. Not both of identified (with an external_id) and unidentified. Source: braze.com/docs, api/endpoints/user_data/post_users_merge.
 * 
 * @minItems 1
 */
prioritization?: ("identified" | "unidentified" | "most_recently_updated" | "least_recently_updated")[]
/**
 * Values for the Canvas, for this recipient: at most 50 KB.
 */
context?: {
[k: string]: unknown | undefined
}
/**
 * The former name of context.
 */
canvas_entry_properties?: {
[k: string]: unknown | undefined
}
/**
 * Default true. false creates the recipient when there is none, from the attributes, which are then required; not for aliases.
 */
send_to_existing_only?: boolean
/**
 * Attributes that are written onto the recipient's profile before the message is sent.
 */
attributes?: {
[k: string]: unknown | undefined
}
} & {
[k: string]: unknown | undefined
})
