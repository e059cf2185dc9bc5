// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * How exported users become records, which columns they have and under which names; leave it empty for records as Braze exports them.
 */
export interface SourceMapping {
/**
 * The fields by which the receiver knows people, in order of preference: the first one with a value fills its column, the others stay empty.
 * 
 * Items: A field by which the receiver knows people.
 */
identifiers?: {
/**
 * Field of the exported user; dots lead into nested fields.
 */
field: string
/**
 * Name of the column.
 */
as: string
/**
 * For user_aliases: take the name of the alias that has this label.
 */
label?: string
[k: string]: unknown | undefined
}[]
/**
 * The fields that are emitted, and under which names.
 * 
 * Items: A field that is emitted.
 */
fields?: {
/**
 * Field of the exported user; dots lead into nested fields, numbers into lists.
 */
field: string
/**
 * Name of the column; dots nest, and \. is a dot in a name.
 */
as: string
[k: string]: unknown | undefined
}[]
/**
 * Values that are the same for every record.
 * 
 * Items: A value that is the same for every record.
 */
static?: {
/**
 * Where the value goes, as for fields.
 */
as: string
/**
 * Text, number, true or false, or a list of these.
 */
value: (string | number | boolean | (string | number | boolean)[])
[k: string]: unknown | undefined
}[]
/**
 * What happens to the fields that are not named above; custom attributes count as fields of their own.
 */
remaining?: {
/**
 * Whether they are emitted too, under their own names.
 */
include?: boolean
/**
 * What the names of their columns start with.
 */
prefix?: string
[k: string]: unknown | undefined
}
[k: string]: unknown | undefined
}
