// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


export interface BrazeDestinationConfig {
/**
 * REST endpoint of your Braze instance, as shown in the dashboard under Settings > APIs and Identifiers.
 */
url: string
/**
 * REST API key with the permission users.track; also users.export.ids for set_if_empty in a mapping, and users.delete to delete removed profiles.
 */
api_key: string
/**
 * Where the destination remembers what it has sent, and keeps rejected records and the report of each sync.
 */
object_storage_config?: ({
/**
 * Keep nothing.
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
} | {
/**
 * Use a local folder.
 */
storage_type: "Local"
/**
 * Folder to work in; it is created when missing.
 */
directory: string
[k: string]: unknown | undefined
})
/**
 * What is sent of a profile that was sent before: the attributes that changed, all attributes if any changed, or everything; the default is changed_attributes with object storage and everything without.
 */
send?: ("changed_attributes" | "changed_profiles" | "everything")
/**
 * Whether users that Braze does not know yet are created; if not, only existing users are updated.
 */
create_users?: boolean
/**
 * What a null in a record means: leave the attribute alone (ignore), or remove it from the profile (clear).
 */
null_values?: ("ignore" | "clear")
/**
 * What happens to profiles that a stream brought before and, after a full refresh that came whole, does not bring any more: keep them, clear the attributes that this connection has set (clear_attributes), delete the user (delete_user), or set a custom attribute that is true for members and false for those who left (mark:ATTRIBUTE).
 */
removed_profiles?: (string | {
/**
 * Custom attribute that is true for members and false for those who left.
 */
mark: string
[k: string]: unknown | undefined
})
/**
 * If a larger share of the known profiles of a stream would be removed, nobody is and the sync fails: it is more likely a mistake in the source; leave it empty for 30 percent, with 100 profiles always free to leave.
 */
removed_profiles_limit_percent?: number
/**
 * Whether a catalog that a stream is written to, or a field of it, is created when the workspace does not have it.
 */
create_catalogs?: boolean
/**
 * What is done with the recipients of a campaign or Canvas when nobody knows whether Braze has taken the request: reject them with this reason (default), or send them again, which may send a message twice.
 */
messages_in_doubt?: ("reject" | "send_again")
/**
 * How the records of each stream become objects in Braze; a stream without an entry is written under its own column names.
 * 
 * Items: How the records of one stream, or of several with similar names, become objects in Braze.
 */
streams?: {
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
}[]
/**
 * What your Braze contract allows on /users/track; the defaults fit most workspaces.
 */
limits?: {
/**
 * Requests that the workspace allows in 3 seconds.
 */
requests_per_3_seconds?: number
/**
 * Requests that the workspace allows in an hour; leave empty if there is no hourly limit.
 */
requests_per_hour?: number
/**
 * Objects that one request may carry; leave empty for the usual 75, or 1,000 with the bulk endpoint.
 */
objects_per_request?: number
/**
 * Whether profiles, events and purchases go to /users/track/bulk (a limited beta of Braze's, up to 1,000 users a request, lower priority) instead of /users/track.
 */
track_bulk?: boolean
/**
 * Whether that number counts attributes, events and purchases together (combined) or each array on its own (per_array, legacy accounts).
 */
count_objects?: ("combined" | "per_array")
/**
 * Largest request body that Braze accepts.
 */
max_request_bytes?: number
/**
 * Requests that may be in flight at the same time.
 */
concurrent_requests?: number
/**
 * How long an outage of Braze or of the object storage is waited out before the sync fails; 0 to fail after a few attempts.
 */
max_outage_minutes?: number
[k: string]: unknown | undefined
}
/**
 * Whether the report shows values of rejected records as they are (shown), or only their form (masked).
 */
report_values?: ("masked" | "shown")
/**
 * For several processes that write the same records: this one handles only its share of the identities, with that share of the limits.
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
