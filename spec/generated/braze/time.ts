// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A time in ISO 8601, or in one of the other formats that Braze reads. Source: braze.com/docs, api/objects_filters/user_attributes_object, custom attribute data types, dates.
 */
export type Time = string
