import type { JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import {
  customAttributesPermission,
  customAttributesSchema,
  listCustomAttributes,
} from "../custom-attributes";
import { availableColumns, primaryKey } from "../segment-export/fields";
import { readSegments } from "../segment-export/read-segments";
import { probeExportPermission } from "../segments";
import type { Source, Stream } from "./stream";

/** The users of the configured segments, by way of POST /users/export/segment. */
export const segmentUsers: Stream = {
  name: "segment_users",
  primaryKey: () => primaryKey,
  isResumable: true,
  missingSetting: ({ segmentIds }) =>
    segmentIds.length > 0 ? undefined : 'set "segment_ids" to the segments to export.',
  schema: segmentUsersSchema,
  read: readSegments,
};

/** The columns that the config leaves, with the workspace's custom attributes. */
async function segmentUsersSchema({ settings, braze, context }: Source): Promise<JsonObject> {
  const choice = settings.segmentExport;
  const documented: JsonObject = schema.properties;
  const properties: JsonObject = {};
  for (const column of availableColumns(choice)) properties[column] = documented[column] ?? {};

  const open = properties.custom_attributes as JsonObject | undefined;
  if (open !== undefined) {
    const attributes = await listCustomAttributes(braze);
    if (attributes === undefined) {
      // The answer does not tell a missing permission from a wrong key; this call fails for a wrong key.
      await probeExportPermission(braze);
      context.log.warn(
        `The custom attributes are not listed: the API key lacks the permission ${customAttributesPermission}. The column custom_attributes stays an open object.`,
      );
    }
    properties.custom_attributes = customAttributesSchema(open, attributes, choice.customAttributes);
  }
  return { ...schema, properties };
}
