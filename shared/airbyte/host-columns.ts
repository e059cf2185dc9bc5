/**
 * Whether a column is one that a host or a warehouse adds to what a source emitted (`_airbyte_raw_id`,
 * `_airbyte_extracted_at`, `_airbyte_meta`, …). They differ from sync to sync and say nothing about the record.
 */
export const isHostColumn = (column: string): boolean => column.startsWith("_airbyte_");
