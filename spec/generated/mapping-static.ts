// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * Values that are the same for every record.
 * 
 * Items: A value that is the same for every record.
 */
export type StaticValues = {
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
