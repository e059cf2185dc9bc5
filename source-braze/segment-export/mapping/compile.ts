import type { JsonObject } from "@braze-connectors/shared/json";
import { isObject } from "@braze-connectors/shared/json";
import { compileProjection, type Projection } from "@braze-connectors/shared/mapping/projection";
import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import type { SegmentExportSettings } from "../../settings";
import { availableColumns, customAttributes, primaryKey } from "../fields";

/** Columns that no mapping renames: the key, what incremental syncs go by, and what tells that a user left. */
const keptColumns: readonly string[] = [...primaryKey, "exported_at", "left_segment_at"];

/**
 * Compiles `segment_export.mapping`.
 * @param exported the schema of the records as they are without it
 * @throws config_error that names every key of it that is not consistent
 */
export function compileMapping(mapping: SourceMapping, exported: JsonObject): Projection {
  return compileProjection(mapping, {
    position: "segment_export.mapping",
    stream: "segment_users",
    // Closed: what is not exported can't be mapped.
    schema: { ...exported, additionalProperties: false },
    keep: keptColumns,
    spreadColumns: new Set([customAttributes]),
  });
}

/** The schema of the records without mapping, as far as the config alone tells it. */
export function exportedSchema(settings: SegmentExportSettings): JsonObject {
  const documented: JsonObject = schema.properties;
  const properties: JsonObject = {};
  for (const column of availableColumns(settings)) properties[column] = documented[column] ?? {};
  const open = properties[customAttributes];
  const { customAttributes: names } = settings;
  if (isObject(open) && names !== undefined) {
    properties[customAttributes] = {
      ...open,
      properties: Object.fromEntries(names.map((name) => [name, {}])),
      additionalProperties: false,
    };
  }
  return { ...schema, properties };
}
