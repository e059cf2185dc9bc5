import {
  type CustomAttribute,
  customAttributesPermission,
  customAttributesSchema,
  listCustomAttributes,
} from "@braze-connectors/shared/braze/custom-attributes";
import type { JsonObject } from "@braze-connectors/shared/json";
import { probeExportPermission } from "../segments";
import type { Source } from "../streams/stream";

/**
 * The schema of exported users: some columns of the documented ones, with the workspace's custom attributes.
 * @param columns those that the config leaves
 */
export async function exportedUsersSchema(
  documented: JsonObject & { properties: JsonObject },
  columns: readonly string[],
  source: Source,
): Promise<JsonObject> {
  const properties: JsonObject = {};
  for (const column of columns) properties[column] = documented.properties[column] ?? {};
  const open = properties.custom_attributes as JsonObject | undefined;
  if (open !== undefined) {
    const attributes = await source.rest.once("custom attributes", () => attributesOf(source));
    const { customAttributes } = source.settings.segmentExport;
    properties.custom_attributes = customAttributesSchema(open, attributes, customAttributes);
  }
  return { ...documented, properties };
}

async function attributesOf({ braze, settings, context }: Source): Promise<CustomAttribute[] | undefined> {
  const attributes = await listCustomAttributes(braze);
  if (attributes !== undefined) return attributes;
  // The answer does not tell a missing permission from a wrong key; this call fails for a wrong key.
  if (settings.segmentIds.length > 0) await probeExportPermission(braze);
  context.log.warn(
    `The custom attributes are not listed: the API key lacks the permission ${customAttributesPermission}. The column custom_attributes stays an open object${settings.segmentExport.mapping?.remaining?.include ? ', and with "segment_export.mapping.remaining" no custom attribute becomes a column: name them in "segment_export.custom_attributes"' : ""}.`,
  );
  return undefined;
}
