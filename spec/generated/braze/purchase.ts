// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A purchase object of POST /users/track. Source: braze.com/docs, api/objects_filters/purchase_object.
 */
export type Purchase = ({
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
product_id: string
currency: string
price: number
quantity?: number
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
