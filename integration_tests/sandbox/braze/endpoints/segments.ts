import { type Call, type Endpoint, failure, success } from "../endpoint";
import type { Segment } from "../segments";
import { parseTime } from "../track/times";
import { listOf, page } from "./paging";

const DAY_MS = 86_400_000;
const MAX_DAYS = 100;

/** docs: api/endpoints/export/segments/get_segment. "Archived segments are not included." */
export const segmentsList: Endpoint = {
  method: "GET",
  path: "/segments/list",
  permission: "segments.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const shown = workspace.segments.filter((segment) => !segment.archived);
    return success({
      segments: listOf(page(shown, query), (segment) => ({
        id: segment.id,
        name: segment.name,
        analytics_tracking_enabled: segment.analyticsTrackingEnabled,
        tags: segment.tags,
      })),
    });
  },
};

/** docs: api/endpoints/export/segments/get_segment_details */
export const segmentsDetails: Endpoint = {
  method: "GET",
  path: "/segments/details",
  permission: "segments.details",
  rateGroup: "default",
  handle: (call) => {
    const segment = named(call);
    if (typeof segment === "string") return failure(400, segment);
    return success({
      created_at: segment.createdAt,
      updated_at: segment.createdAt,
      name: segment.name,
      description: segment.description,
      text_description: segment.description,
      tags: segment.tags,
    });
  },
};

/**
 * docs: api/endpoints/export/segments/get_segment_analytics. The sandbox has no past: every day of the
 * series says the current size.
 */
export const segmentsDataSeries: Endpoint = {
  method: "GET",
  path: "/segments/data_series",
  permission: "segments.data_series",
  rateGroup: "default",
  handle: (call) => {
    const segment = named(call);
    if (typeof segment === "string") return failure(400, segment);
    const days = Number(call.query.get("length"));
    if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
      return failure(400, "'length' must be 1 to 100");
    const endingAt = call.query.get("ending_at");
    const endMs = endingAt === null ? call.nowMs : parseTime(endingAt);
    if (endMs === undefined) return failure(400, "'ending_at' is not valid");
    const size = segment.reportedSize();
    const data = Array.from({ length: days }, (_, index) => ({
      time: new Date(endMs - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
      size,
    }));
    return success({ data });
  },
};

function named({ workspace, query }: Call): Segment | string {
  const id = query.get("segment_id");
  if (id === null || id === "") return "'segment_id' is required";
  return workspace.segments.find((segment) => segment.id === id) ?? `Invalid Segment ID: ${id}`;
}
