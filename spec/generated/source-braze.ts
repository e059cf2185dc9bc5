// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


export interface BrazeSourceConfig {
/**
 * REST endpoint of your Braze instance, as shown in the dashboard under Settings > APIs and Identifiers.
 */
url: string
/**
 * REST API key with the permissions of the streams that you select, which the documentation lists; segment_users needs users.export.segment, segments.list, segments.details, segments.data_series and custom_attributes.get.
 */
api_key: string
/**
 * First day of analytics, bounces and unsubscribes; leave empty for 100 days ago.
 */
start_date?: string
/**
 * Identifiers of the segments that the stream segment_users exports.
 * 
 * Items: API identifier of a segment.
 */
segment_ids?: string[]
/**
 * What the stream segment_users asks Braze for, and how long it waits for it.
 */
segment_export?: {
/**
 * Names of the profile fields to export; leave empty for every documented field.
 * 
 * Items: Name of a profile field.
 */
fields?: string[]
/**
 * Names of the custom attributes to export, at most 500; leave empty for all of them.
 * 
 * @maxItems 500
 * 
 * Items: Name of a custom attribute.
 */
custom_attributes?: string[]
/**
 * How often to look for export files.
 */
poll_interval_seconds?: number
/**
 * How long neither the number nor the sizes of the export files may change before the export counts as complete.
 */
settle_seconds?: number
/**
 * How long to wait for one export before the sync fails.
 */
timeout_minutes?: number
/**
 * How exported users become records, which columns they have and under which names; leave it empty for records as Braze exports them.
 */
mapping?: {
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
[k: string]: unknown | undefined
}
/**
 * Where the export files are picked up: from the S3 bucket connected to the Braze workspace, or from Braze's own download link.
 */
object_storage_config?: ({
/**
 * Use Braze's download link.
 */
storage_type: "None"
[k: string]: unknown | undefined
} | {
/**
 * Use an S3 bucket.
 */
storage_type: "S3"
/**
 * Name of the bucket.
 */
s3_bucket_name: string
/**
 * AWS region of the bucket; any text for a service that is not AWS.
 */
s3_bucket_region: string
/**
 * Folder in the bucket to work under, without leading or trailing slash.
 */
bucket_path?: string
/**
 * AWS access key ID; leave empty to use the AWS default credential chain.
 */
access_key_id?: string
/**
 * AWS secret access key that belongs to the access key ID.
 */
secret_access_key?: string
/**
 * IAM role to assume before accessing the bucket.
 */
role_arn?: string
/**
 * External ID that the role's trust policy asks for.
 */
external_id?: string
/**
 * Endpoint of an S3-compatible service; leave empty for AWS.
 */
s3_endpoint?: string
[k: string]: unknown | undefined
})
/**
 * Identifiers of apps for which KPIs, sessions, purchases and event analytics are read one by one; leave empty for the whole workspace.
 * 
 * Items: API identifier of an app.
 */
app_ids?: string[]
/**
 * For several processes that read the same export: this one reads only its share of the export files.
 */
shard?: {
/**
 * Which share is this process's, counted from 0.
 */
index: number
/**
 * How many processes share the work.
 */
count: number
[k: string]: unknown | undefined
}
[k: string]: unknown | undefined
}
