// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * How the records of one stream, or of several with similar names, become objects in Braze.
 */
export interface Mapping {
/**
 * Name of the stream; * stands for any characters, so that one entry serves several streams.
 */
stream: string
/**
 * What the records become in Braze; leave it empty to write to the object with the stream's name, else to users.
 */
object?: string
/**
 * The fields that say whose record it is, in order of preference: the first one with a value counts.
 * 
 * Items: A field that says whose record it is.
 */
identifiers?: {
/**
 * Field of the record; dots lead into nested fields.
 */
field: string
/**
 * What it is to Braze.
 */
as: ("external_id" | "user_alias" | "braze_id" | "email" | "phone")
/**
 * Label of the alias; needed for a user_alias, and only there.
 */
label?: string
[k: string]: unknown | undefined
}[]
/**
 * The fields that are written, and where to.
 * 
 * Items: A field that is written.
 */
fields?: {
/**
 * Field of the record; dots lead into nested fields, numbers into lists.
 */
field: string
/**
 * Profile field or custom attribute of users, or for events and purchases a field of theirs or properties.NAME; dots nest, and \. is a dot in a name.
 */
as: string
/**
 * How it meets what the profile has: set replaces it, sum adds to a number, add and remove change a list, set_if_empty only fills a gap, set_or_clear replaces it and removes it when there is no value, merge_object changes parts of a nested attribute.
 */
merge?: ("set" | "sum" | "add" | "remove" | "set_if_empty" | "set_or_clear" | "merge_object")
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
 * What happens to the columns that are not named above.
 */
remaining?: {
/**
 * Whether they are written too, under their own names.
 */
include?: boolean
/**
 * What their names start with in Braze.
 */
prefix?: string
/**
 * How they meet what the profile has; as for fields.
 */
merge?: ("set" | "sum" | "add" | "remove" | "set_if_empty" | "set_or_clear" | "merge_object")
[k: string]: unknown | undefined
}
[k: string]: unknown | undefined
}
