import type { JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import { availableColumns, primaryKey } from "../segment-export/fields";
import { compileMapping } from "../segment-export/mapping/compile";
import { readSegments } from "../segment-export/read-segments";
import { exportedUsersSchema } from "../segment-export/users-schema";
import { missingForShards } from "../settings";
import type { Source, Stream } from "./stream";

/** The users of the configured segments. Braze: api/endpoints/export/user_data/post_users_segment */
export const segmentUsers: Stream = {
  name: "segment_users",
  endpoint: { path: "/users/export/segment", permission: "users.export.segment" },
  primaryKey: () => primaryKey,
  cursor: "exported_at",
  isShared: true,
  isResumable: true,
  missingForIncremental: ({ storage, shard }) => {
    if (storage.storage_type !== "S3")
      return 'set "object_storage_config" to an S3 bucket: an index of the users is kept there.';
    return shard === undefined
      ? undefined
      : 'leave "shard" out: every export spreads the users over its files anew, so a shard can\'t tell who is new or gone.';
  },
  missingSetting: (settings) =>
    settings.segmentIds.length > 0
      ? missingForShards(settings)
      : 'set "segment_ids" to the segments to export.',
  schema: segmentUsersSchema,
  read: readSegments,
};

async function segmentUsersSchema(source: Source): Promise<JsonObject> {
  const { segmentExport } = source.settings;
  const exported = await exportedUsersSchema(schema, availableColumns(segmentExport), source);
  const { mapping } = segmentExport;
  return mapping === undefined ? exported : compileMapping(mapping, exported).schema;
}
