// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


export interface BrazeSourceConfig {
/**
 * REST endpoint of your Braze instance, as shown in the dashboard under Settings > APIs and Identifiers.
 */
url: string
/**
 * REST API key with the permissions of the streams that you select; the documentation lists them. For segment_users: users.export.segment, segments.list, segments.details, segments.data_series and custom_attributes.get.
 */
api_key: string
/**
 * First day of analytics, bounces and unsubscribes; leave empty for 100 days ago.
 */
start_date?: string
/**
 * Identifiers of the segments that the stream segment_users exports.
 */
segment_ids?: string[]
/**
 * What the stream segment_users asks Braze for, and how long it waits for it.
 */
segment_export?: {
/**
 * Names of the profile fields to export; leave empty for every documented field.
 */
fields?: string[]
/**
 * Names of the custom attributes to export, at most 500; leave empty for all of them.
 * 
 * @maxItems 500
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
 * AWS region of the bucket.
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
 * Identifiers of apps: KPIs, sessions, purchases and event analytics are then read for each of these apps instead of the whole workspace. Leave empty for the whole workspace.
 */
app_ids?: string[]
[k: string]: unknown | undefined
}
