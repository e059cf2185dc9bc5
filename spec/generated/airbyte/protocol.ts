// Generated from the JSON Schemas in spec/ by `npm run generate`. Do not edit.


/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "DestinationSyncMode".
 */
export type DestinationSyncMode = ("append" | "overwrite" | "append_dedup" | "update" | "soft_delete")
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "SyncMode".
 */
export type SyncMode = ("full_refresh" | "incremental")
/**
 * The type of state the other fields represent. Is set to LEGACY, the state data should be read from the `data` field for backwards compatibility. If not set, assume the state object is type LEGACY. GLOBAL means that the state should be read from `global` and means that it represents the state for all the streams. It contains one shared state and individual stream states. PER_STREAM means that the state should be read from `stream`. The state present in this field correspond to the isolated state of the associated stream description.
 * 
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStateType".
 */
export type AirbyteStateType = ("GLOBAL" | "STREAM" | "LEGACY")
/**
 * The current status of a stream within the context of an executing synchronization job.
 * 
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStreamStatus".
 */
export type AirbyteStreamStatus = ("STARTED" | "RUNNING" | "COMPLETE" | "INCOMPLETE")

/**
 * The part of the Airbyte protocol (v0, 0.3.2) that the connectors speak; taken from airbytehq/airbyte-protocol.
 */
export interface AirbyteProtocol {

}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteMessage".
 */
export interface AirbyteMessage {
/**
 * Message type
 */
type: ("RECORD" | "STATE" | "LOG" | "SPEC" | "CONNECTION_STATUS" | "CATALOG" | "TRACE" | "DESTINATION_CATALOG")
log?: AirbyteLogMessage
spec?: ConnectorSpecification
connectionStatus?: AirbyteConnectionStatus
catalog?: AirbyteCatalog
record?: AirbyteRecordMessage
state?: AirbyteStateMessage
trace?: AirbyteTraceMessage
destination_catalog?: DestinationCatalog
[k: string]: unknown | undefined
}
/**
 * log message: any kind of logging you want the platform to know about.
 */
export interface AirbyteLogMessage {
/**
 * log level
 */
level: ("FATAL" | "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE")
/**
 * log message
 */
message: string
/**
 * an optional stack trace if the log message corresponds to an exception
 */
stack_trace?: string
[k: string]: unknown | undefined
}
/**
 * Specification of a connector (source/destination)
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "ConnectorSpecification".
 */
export interface ConnectorSpecification {
documentationUrl?: string
changelogUrl?: string
/**
 * ConnectorDefinition specific blob. Must be a valid JSON string.
 */
connectionSpecification: {
[k: string]: unknown | undefined
}
/**
 * (deprecated) If the connector supports incremental mode or not.
 */
supportsIncremental?: boolean
/**
 * List of destination sync modes supported by the connector
 */
supported_destination_sync_modes?: DestinationSyncMode[]
/**
 * the Airbyte Protocol version supported by the connector. Protocol versioning uses SemVer. 
 */
protocol_version?: string
[k: string]: unknown | undefined
}
/**
 * Airbyte connection status
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteConnectionStatus".
 */
export interface AirbyteConnectionStatus {
status: ("SUCCEEDED" | "FAILED")
message?: string
[k: string]: unknown | undefined
}
/**
 * catalog message: the catalog
 */
export interface AirbyteCatalog {
streams: AirbyteStream[]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStream".
 */
export interface AirbyteStream {
/**
 * Stream's name.
 */
name: string
/**
 * Stream schema using Json Schema specs.
 */
json_schema: {
[k: string]: unknown | undefined
}
/**
 * List of sync modes supported by this stream.
 * 
 * @minItems 1
 */
supported_sync_modes: SyncMode[]
/**
 * If the source defines the cursor field, then any other cursor field inputs will be ignored. If it does not,
 * either the user_provided one is used, or the default one is used as a backup. This field must be set if
 * is_resumable is set to true, including resumable full refresh synthetic cursors.
 */
source_defined_cursor?: boolean
/**
 * Path to the field that will be used to determine if a record is new or modified since the last sync. If not provided by the source, the end user will have to specify the comparable themselves.
 */
default_cursor_field?: string[]
/**
 * If the source defines the primary key, paths to the fields that will be used as a primary key. If not provided by the source, the end user will have to specify the primary key themselves.
 */
source_defined_primary_key?: string[][]
/**
 * Optional Source-defined namespace. Currently only used by JDBC destinations to determine what schema to write to. Airbyte streams from the same sources should have the same namespace.
 */
namespace?: string
/**
 * If the stream is resumable or not. Should be set to true if the stream supports incremental. Defaults to false.
 * Primarily used by the Platform in Full Refresh to determine if a Full Refresh stream should actually be treated as incremental within a job.
 */
is_resumable?: boolean
[k: string]: unknown | undefined
}
/**
 * record message: the record
 */
export interface AirbyteRecordMessage {
/**
 * namespace the data is associated with
 */
namespace?: string
/**
 * stream the data is associated with
 */
stream: string
/**
 * record data
 */
data: {
[k: string]: unknown | undefined
}
/**
 * when the data was emitted from the source. epoch in millisecond.
 */
emitted_at: number
meta?: AirbyteRecordMessageMeta
[k: string]: unknown | undefined
}
/**
 * Information about this record added mid-sync
 */
export interface AirbyteRecordMessageMeta {
/**
 * Lists of changes to the content of this record which occurred during syncing
 */
changes?: AirbyteRecordMessageMetaChange[]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteRecordMessageMetaChange".
 */
export interface AirbyteRecordMessageMetaChange {
/**
 * The field that had the change occur (required)
 */
field: string
/**
 * The type of change that occurred
 */
change: ("NULLED" | "TRUNCATED")
/**
 * The reason that the change occurred
 */
reason: ("SOURCE_RECORD_SIZE_LIMITATION" | "DESTINATION_RECORD_SIZE_LIMITATION" | "PLATFORM_RECORD_SIZE_LIMITATION" | "SOURCE_FIELD_SIZE_LIMITATION" | "DESTINATION_FIELD_SIZE_LIMITATION" | "PLATFORM_FIELD_SIZE_LIMITATION" | "SOURCE_SERIALIZATION_ERROR" | "DESTINATION_SERIALIZATION_ERROR" | "PLATFORM_SERIALIZATION_ERROR" | "SOURCE_RETRIEVAL_ERROR" | "DESTINATION_TYPECAST_ERROR")
[k: string]: unknown | undefined
}
/**
 * schema message: the state. Must be the last message produced. The platform uses this information
 */
export interface AirbyteStateMessage {
type?: AirbyteStateType
stream?: AirbyteStreamState
global?: AirbyteGlobalState
/**
 * (Deprecated) the state data
 */
data?: {
[k: string]: unknown | undefined
}
sourceStats?: AirbyteStateStats
destinationStats?: AirbyteStateStats
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStreamState".
 */
export interface AirbyteStreamState {
stream_descriptor: StreamDescriptor
stream_state?: AirbyteStateBlob
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "StreamDescriptor".
 */
export interface StreamDescriptor {
name: string
namespace?: string
[k: string]: unknown | undefined
}
/**
 * the state data
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStateBlob".
 */
export interface AirbyteStateBlob {
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteGlobalState".
 */
export interface AirbyteGlobalState {
shared_state?: AirbyteStateBlob
stream_states: AirbyteStreamState[]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStateStats".
 */
export interface AirbyteStateStats {
/**
 * the number of records which were emitted for this state message, for this stream or global. While the value should always be a round number, it is defined as a double to account for integer overflows, and the value should always have a decimal point for proper serialization.
 */
recordCount?: number
/**
 * the number of records which were rejected for this state message, for this stream or global. While the value should always be a round number, it is defined as a double to account for integer overflows, and the value should always have a decimal point for proper serialization.
 * 
 */
rejectedRecordCount?: number
[k: string]: unknown | undefined
}
/**
 * trace message: a message to communicate information about the status and performance of a connector
 */
export interface AirbyteTraceMessage {
/**
 * the type of trace message
 */
type: ("ERROR" | "ESTIMATE" | "STREAM_STATUS")
/**
 * the time in ms that the message was emitted
 */
emitted_at: number
error?: AirbyteErrorTraceMessage
estimate?: AirbyteEstimateTraceMessage
stream_status?: AirbyteStreamStatusTraceMessage
[k: string]: unknown | undefined
}
/**
 * error trace message: the error object
 */
export interface AirbyteErrorTraceMessage {
/**
 * A user-friendly message that indicates the cause of the error
 */
message: string
/**
 * The internal error that caused the failure
 */
internal_message?: string
/**
 * The full stack trace of the error
 */
stack_trace?: string
/**
 * The type of error
 */
failure_type?: ("system_error" | "config_error" | "transient_error")
stream_descriptor?: StreamDescriptor1
[k: string]: unknown | undefined
}
/**
 * The stream associated with the error, if known (optional)
 */
export interface StreamDescriptor1 {
name: string
namespace?: string
[k: string]: unknown | undefined
}
/**
 * Estimate trace message: a guess at how much data will be produced in this sync
 */
export interface AirbyteEstimateTraceMessage {
/**
 * The name of the stream
 */
name: string
/**
 * Estimates are either per-stream (STREAM) or for the entire sync (SYNC). STREAM is preferred, and requires the source to count how many records are about to be emitted per-stream (e.g. there will be 100 rows from this table emitted). For the rare source which cannot tell which stream a record belongs to before reading (e.g. CDC databases), SYNC estimates can be emitted. Sources should not emit both STREAM and SYNC estimates within a sync.
 * 
 */
type: ("STREAM" | "SYNC")
/**
 * The namespace of the stream
 */
namespace?: string
/**
 * The estimated number of rows to be emitted by this sync for this stream
 */
row_estimate?: number
/**
 * The estimated number of bytes to be emitted by this sync for this stream
 */
byte_estimate?: number
[k: string]: unknown | undefined
}
/**
 * Stream status trace message:  the current status of a stream within a source
 */
export interface AirbyteStreamStatusTraceMessage {
stream_descriptor: StreamDescriptor2
/**
 * The current status of the stream
 */
status: ("STARTED" | "RUNNING" | "COMPLETE" | "INCOMPLETE")
[k: string]: unknown | undefined
}
/**
 * The stream associated with the status
 */
export interface StreamDescriptor2 {
name: string
namespace?: string
[k: string]: unknown | undefined
}
/**
 * destination catalog message: the catalog
 */
export interface DestinationCatalog {
/**
 * An array of operations that can be performed on destination objects.
 */
operations: DestinationOperation[]
[k: string]: unknown | undefined
}
/**
 * A possible operation on a destination object.
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "DestinationOperation".
 */
export interface DestinationOperation {
/**
 * The name of the destination object.
 */
object_name: string
/**
 * The sync mode to be performed on the destination object.
 */
sync_mode: ("append" | "overwrite" | "append_dedup" | "update" | "soft_delete")
/**
 * Stream schema using Json Schema specs.
 */
json_schema: {
[k: string]: unknown | undefined
}
/**
 * A list of keys that can be used to match a record in the destination object. The inner array of strings represents a nested object path.
 */
matching_keys?: string[][]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteRecordMessage".
 */
export interface AirbyteRecordMessage1 {
/**
 * namespace the data is associated with
 */
namespace?: string
/**
 * stream the data is associated with
 */
stream: string
/**
 * record data
 */
data: {
[k: string]: unknown | undefined
}
/**
 * when the data was emitted from the source. epoch in millisecond.
 */
emitted_at: number
meta?: AirbyteRecordMessageMeta
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteRecordMessageMeta".
 */
export interface AirbyteRecordMessageMeta1 {
/**
 * Lists of changes to the content of this record which occurred during syncing
 */
changes?: AirbyteRecordMessageMetaChange[]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStateMessage".
 */
export interface AirbyteStateMessage1 {
type?: AirbyteStateType
stream?: AirbyteStreamState
global?: AirbyteGlobalState
/**
 * (Deprecated) the state data
 */
data?: {
[k: string]: unknown | undefined
}
sourceStats?: AirbyteStateStats
destinationStats?: AirbyteStateStats
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteLogMessage".
 */
export interface AirbyteLogMessage1 {
/**
 * log level
 */
level: ("FATAL" | "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE")
/**
 * log message
 */
message: string
/**
 * an optional stack trace if the log message corresponds to an exception
 */
stack_trace?: string
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteTraceMessage".
 */
export interface AirbyteTraceMessage1 {
/**
 * the type of trace message
 */
type: ("ERROR" | "ESTIMATE" | "STREAM_STATUS")
/**
 * the time in ms that the message was emitted
 */
emitted_at: number
error?: AirbyteErrorTraceMessage
estimate?: AirbyteEstimateTraceMessage
stream_status?: AirbyteStreamStatusTraceMessage
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteErrorTraceMessage".
 */
export interface AirbyteErrorTraceMessage1 {
/**
 * A user-friendly message that indicates the cause of the error
 */
message: string
/**
 * The internal error that caused the failure
 */
internal_message?: string
/**
 * The full stack trace of the error
 */
stack_trace?: string
/**
 * The type of error
 */
failure_type?: ("system_error" | "config_error" | "transient_error")
stream_descriptor?: StreamDescriptor1
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteEstimateTraceMessage".
 */
export interface AirbyteEstimateTraceMessage1 {
/**
 * The name of the stream
 */
name: string
/**
 * Estimates are either per-stream (STREAM) or for the entire sync (SYNC). STREAM is preferred, and requires the source to count how many records are about to be emitted per-stream (e.g. there will be 100 rows from this table emitted). For the rare source which cannot tell which stream a record belongs to before reading (e.g. CDC databases), SYNC estimates can be emitted. Sources should not emit both STREAM and SYNC estimates within a sync.
 * 
 */
type: ("STREAM" | "SYNC")
/**
 * The namespace of the stream
 */
namespace?: string
/**
 * The estimated number of rows to be emitted by this sync for this stream
 */
row_estimate?: number
/**
 * The estimated number of bytes to be emitted by this sync for this stream
 */
byte_estimate?: number
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteStreamStatusTraceMessage".
 */
export interface AirbyteStreamStatusTraceMessage1 {
stream_descriptor: StreamDescriptor2
/**
 * The current status of the stream
 */
status: ("STARTED" | "RUNNING" | "COMPLETE" | "INCOMPLETE")
[k: string]: unknown | undefined
}
/**
 * Airbyte stream schema catalog
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "AirbyteCatalog".
 */
export interface AirbyteCatalog1 {
streams: AirbyteStream[]
[k: string]: unknown | undefined
}
/**
 * Airbyte stream schema catalog
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "ConfiguredAirbyteCatalog".
 */
export interface ConfiguredAirbyteCatalog {
streams: ConfiguredAirbyteStream[]
[k: string]: unknown | undefined
}
/**
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "ConfiguredAirbyteStream".
 */
export interface ConfiguredAirbyteStream {
stream: AirbyteStream
sync_mode: SyncMode
/**
 * Path to the field that will be used to determine if a record is new or modified since the last sync. This field is REQUIRED if `sync_mode` is `incremental`. Otherwise it is ignored.
 */
cursor_field?: string[]
destination_sync_mode: DestinationSyncMode
destination_object_name?: string
/**
 * Paths to the fields that will be used as primary key. This field is REQUIRED if `destination_sync_mode` is `*_dedup`. Otherwise it is ignored.
 */
primary_key?: string[][]
/**
 * Monotically increasing numeric id representing the current generation of a stream. This id can be shared across syncs.
 * If this is null, it means that the platform is not supporting the refresh and it is expected that no extra id will be added to the records and no data from previous generation will be cleanup. 
 */
generation_id?: number
/**
 * The minimum generation id which is needed in a stream. If it is present, the destination will try to delete the data that are part of a generation lower than this property. If the minimum generation is equals to 0, no data deletion is expected from the destiantion
 * If this is null, it means that the platform is not supporting the refresh and it is expected that no extra id will be added to the records and no data from previous generation will be cleanup. 
 */
minimum_generation_id?: number
/**
 * Monotically increasing numeric id representing the current sync id. This is aimed to be unique per sync.
 * If this is null, it means that the platform is not supporting the refresh and it is expected that no extra id will be added to the records and no data from previous generation will be cleanup. 
 */
sync_id?: number
[k: string]: unknown | undefined
}
/**
 * Catalog for a destination
 * 
 * This interface was referenced by `AirbyteProtocol`'s JSON-Schema
 * via the `definition` "DestinationCatalog".
 */
export interface DestinationCatalog1 {
/**
 * An array of operations that can be performed on destination objects.
 */
operations: DestinationOperation[]
[k: string]: unknown | undefined
}
