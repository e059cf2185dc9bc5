import schema from "@braze-connectors/spec/schemas/streams/segments_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";
import { parent } from "../rest/subjects";
import { segments } from "./segments";

/** The size of each segment by day. Braze: api/endpoints/export/segments/get_segment_analytics */
export const segmentsAnalytics = seriesStream({
  name: "segments_analytics",
  schema,
  key: ["segment_id"],
  parent: parent(segments, "id", "segment_id"),
  endpoint: { path: "/segments/data_series", permission: "segments.data_series" },
  points: objectsAt("data"),
  longest: 100,
});
