import schema from "@braze-connectors/spec/schemas/streams/global_control_group_users";
import { availableColumns } from "../segment-export/fields";
import { readControlGroup } from "../segment-export/read-segments";
import { exportedUsersSchema } from "../segment-export/users-schema";
import { missingForShards, type Settings } from "../settings";
import type { Stream } from "./stream";

/** The users of the global control group. Braze: api/endpoints/export/user_data/post_users_global_control_group */
export const globalControlGroupUsers: Stream = {
  name: "global_control_group_users",
  endpoint: {
    path: "/users/export/global_control_group",
    permission: "users.export.global_control_group",
  },
  primaryKey: () => ["braze_id"],
  isShared: true,
  isResumable: true,
  missingSetting: missingForShards,
  schema: (source) => exportedUsersSchema(schema, columnsOf(source.settings), source),
  read: (source, request, emitter) =>
    readControlGroup(source, { ...request, columns: request.columns ?? columnsOf(source.settings) }, emitter),
};

/** Those that the page documents, fewer than a segment's; or those that the user chose. */
const columnsOf = ({ segmentExport }: Settings): string[] =>
  segmentExport.fields === undefined
    ? Object.keys(schema.properties)
    : availableColumns(segmentExport).filter((column) => !/^segment_/.test(column));
