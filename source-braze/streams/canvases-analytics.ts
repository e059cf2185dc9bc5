import schema from "@braze-connectors/spec/schemas/streams/canvases_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";
import { parent } from "../rest/subjects";
import { canvases } from "./canvases";

/** The days of each Canvas. Braze: api/endpoints/export/canvas/get_canvas_analytics */
export const canvasesAnalytics = seriesStream({
  name: "canvases_analytics",
  schema,
  key: ["canvas_id"],
  parent: parent(canvases, "id", "canvas_id"),
  endpoint: { path: "/canvas/data_series", permission: "canvas.data_series" },
  points: objectsAt("data.stats"),
  longest: 14,
  parameters: { include_variant_breakdown: true, include_step_breakdown: true },
});
