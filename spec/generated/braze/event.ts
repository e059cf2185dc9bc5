// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * An event object of POST /users/track. Source: braze.com/docs, api/objects_filters/event_object.
 */
export type Event = ({
[k: string]: unknown | undefined
} & {
external_id?: string
/**
 * An alternative identifier of a user. Source: braze.com/docs, api/objects_filters/user_alias_object.
 */
user_alias?: {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
}
braze_id?: string
email?: string
phone?: string
app_id?: string
name: string
/**
 * A time in ISO 8601, or in one of the other formats that Braze reads. Source: braze.com/docs, api/objects_filters/user_attributes_object, custom attribute data types, dates.
 */
time: string
properties?: {
[k: string]: unknown | undefined
}
_update_existing_only?: boolean
[k: string]: unknown | undefined
})
