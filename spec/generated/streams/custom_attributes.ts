// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * A custom attribute with its settings, as GET /custom_attributes lists it. Braze: api/endpoints/export/custom_attributes/get_custom_attributes
 */
export interface CustomAttribute {
/**
 * Name of the custom attribute.
 */
name: string
/**
 * Its description.
 */
description?: (null | string)
/**
 * Its data type as the dashboard words it.
 */
data_type?: (null | string)
/**
 * Most elements of an array; null for other types.
 */
array_length?: (null | number)
/**
 * Its status, for example Active.
 */
status?: (null | string)
/**
 * Names of its tags.
 */
tag_names?: (null | (null | string)[])
[k: string]: unknown | undefined
}
