import schema from "@braze-connectors/spec/schemas/streams/segments_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { segments } from "./segments";

/** Details of each segment. Braze: api/endpoints/export/segments/get_segment_details */
export const segmentsDetails = childStream({
  name: "segments_details",
  schema,
  primaryKey: ["segment_id"],
  parent: parent(segments, "id", "segment_id"),
  endpoint: { path: "/segments/details", permission: "segments.details" },
  entries: objectAt(),
});
