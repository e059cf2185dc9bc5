// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A user attributes object of POST /users/track, after mapping. Null removes an attribute. Source: braze.com/docs, api/objects_filters/user_attributes_object.
 */
export type UserAttributes = ({
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
_update_existing_only?: boolean
_merge_objects?: boolean
push_token_import?: boolean
country?: (string | null)
current_location?: ({
longitude: number
latitude: number
[k: string]: unknown | undefined
} | null)
date_of_first_session?: (null | string)
date_of_last_session?: (null | string)
dob?: (string | null)
email?: (string | null)
email_subscribe?: ("opted_in" | "unsubscribed" | "subscribed" | null)
email_open_tracking_disabled?: (boolean | null)
email_click_tracking_disabled?: (boolean | null)
facebook?: ({
[k: string]: unknown | undefined
} | null)
first_name?: (string | null)
gender?: ("M" | "F" | "O" | "N" | "P" | null)
home_city?: (string | null)
image_url?: (string | null)
language?: (string | null)
last_name?: (string | null)
marked_email_as_spam_at?: (null | string)
phone?: (string | null)
push_subscribe?: ("opted_in" | "unsubscribed" | "subscribed" | null)
push_tokens?: ({
app_id: string
token: string
device_id?: string
[k: string]: unknown | undefined
}[] | null)
subscription_groups?: ({
subscription_group_id: string
subscription_state: ("subscribed" | "unsubscribed")
[k: string]: unknown | undefined
}[] | null)
time_zone?: (string | null)
twitter?: ({
[k: string]: unknown | undefined
} | null)
[k: string]: CustomAttributeValue | string | {
alias_name: string
alias_label: string
[k: string]: unknown | undefined
} | boolean | null | {
longitude: number
latitude: number
[k: string]: unknown | undefined
} | "opted_in" | "unsubscribed" | "subscribed" | {
[k: string]: unknown | undefined
} | "M" | "F" | "O" | "N" | "P" | {
app_id: string
token: string
device_id?: string
[k: string]: unknown | undefined
}[] | {
subscription_group_id: string
subscription_state: ("subscribed" | "unsubscribed")
[k: string]: unknown | undefined
}[] | undefined
})
/**
 * Text, number, boolean, null, an array without arrays in it, or an object (nested attribute, or an operation such as inc, add, remove).
 * 
 * This interface was referenced by `undefined`'s JSON-Schema
 * via the `definition` "CustomAttributeValue".
 */
export type CustomAttributeValue = (string | number | boolean | null | (string | number | boolean | {
[k: string]: unknown | undefined
})[] | {
[k: string]: unknown | undefined
})
