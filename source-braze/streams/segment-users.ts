import schema from "@braze-connectors/spec/schemas/streams/segment_users";
import { availableColumns, primaryKey } from "../segment-export/fields";
import { readSegments } from "../segment-export/read-segments";
import { exportedUsersSchema } from "../segment-export/users-schema";
import type { Stream } from "./stream";

/** The users of the configured segments. Braze: api/endpoints/export/user_data/post_users_segment */
export const segmentUsers: Stream = {
  name: "segment_users",
  endpoint: { path: "/users/export/segment", permission: "users.export.segment" },
  primaryKey: () => primaryKey,
  isResumable: true,
  missingSetting: ({ segmentIds }) =>
    segmentIds.length > 0 ? undefined : 'set "segment_ids" to the segments to export.',
  schema: (source) => exportedUsersSchema(schema, availableColumns(source.settings.segmentExport), source),
  read: readSegments,
};
