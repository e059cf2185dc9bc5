import type { Json, JsonObject } from "../../json";
import { type Answer, type Call, type Endpoint, failure, success } from "../endpoint";
import { type ExportField, isExportField, type Selection } from "../exports/exported-user";
import type { Segment } from "../segments";

const MAX_CUSTOM_ATTRIBUTES = 500;

/**
 * docs: api/endpoints/export/user_data/post_users_segment. The sentences of the errors are assumed;
 * so is 429 for the limit on concurrent exports, which the page just calls "an error".
 */
export const usersExportSegment: Endpoint = {
  method: "POST",
  path: "/users/export/segment",
  permission: "users.export.segment",
  rateGroup: "default",
  handle: (call) => {
    const { segment_id: segmentId } = call.body;
    if (typeof segmentId !== "string" || segmentId === "") return failure(400, "'segment_id' is required");
    const segment = call.workspace.segments.find((each) => each.id === segmentId);
    return segment === undefined ? failure(400, `Invalid Segment ID: ${segmentId}`) : started(call, segment);
  },
};

/**
 * docs: api/endpoints/export/user_data/post_users_global_control_group. What it answers where there is no
 * control group is assumed. "Individual custom attributes cannot be exported."
 */
export const usersExportControlGroup: Endpoint = {
  method: "POST",
  path: "/users/export/global_control_group",
  permission: "users.export.global_control_group",
  rateGroup: "default",
  handle: (call) => {
    const { controlGroup } = call.workspace;
    if (controlGroup === undefined) return failure(400, "The workspace has no Global Control Group");
    return started({ ...call, body: { ...call.body, custom_attributes_to_export: null } }, controlGroup);
  },
};

/** Starts an export, or says why not. */
function started({ workspace, body }: Call, segment: Segment): Answer {
  const { output_format: format = "zip", callback_endpoint: callback } = body;
  const selection = requestedSelection(body);
  if (typeof selection === "string") return failure(400, selection);
  if (format !== "zip" && format !== "gzip") return failure(400, "'output_format' must be 'zip' or 'gzip'");

  const exports = workspace.segmentExports;
  if (exports.isRunning(segment.id)) {
    return failure(
      429,
      "An export of this segment is already running. Wait for it to complete before retrying.",
    );
  }
  if (exports.running >= workspace.limits.concurrentExports) {
    return failure(429, "The maximum number of concurrent segment exports has been reached.");
  }
  const job = exports.start({
    segment,
    selection,
    format,
    ...(typeof callback === "string" ? { callbackEndpoint: callback } : {}),
  });
  return success(
    { object_prefix: job.objectPrefix, ...(job.url === undefined ? {} : { url: job.url }) },
    // Assumed: as /users/track, which has been seen to answer 201.
    201,
  );
}

/** What to export, or what is wrong with the request. */
function requestedSelection(body: JsonObject): Selection | string {
  const fields = texts(body.fields_to_export);
  if (fields === undefined || fields.length === 0) return "'fields_to_export' is required";
  const unknown = fields.filter((field) => !isExportField(field));
  if (unknown.length > 0) return `Invalid fields in 'fields_to_export': ${unknown.join(", ")}`;
  const selection: Selection = { fields: fields as ExportField[] };
  if (body.custom_attributes_to_export === undefined || body.custom_attributes_to_export === null)
    return selection;
  const names = texts(body.custom_attributes_to_export);
  if (names === undefined) return "'custom_attributes_to_export' must be an array of strings";
  if (names.length > MAX_CUSTOM_ATTRIBUTES) return "'custom_attributes_to_export' takes up to 500 names";
  return { ...selection, customAttributes: names };
}

function texts(value: Json | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const strings = value.filter((each) => typeof each === "string");
  return strings.length === value.length ? strings : undefined;
}
