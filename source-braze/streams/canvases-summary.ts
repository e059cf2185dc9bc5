import schema from "@braze-connectors/spec/schemas/streams/canvases_summary";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { canvases } from "./canvases";

/** The last 14 days of each Canvas, summed up; 14 is the most that Braze sums up. Braze: api/endpoints/export/canvas/get_canvas_analytics_summary */
export const canvasesSummary = childStream({
  name: "canvases_summary",
  schema,
  primaryKey: ["canvas_id"],
  parent: parent(canvases, "id", "canvas_id"),
  endpoint: { path: "/canvas/data_summary", permission: "canvas.data_summary" },
  entries: objectAt("data"),
  parameters: (nowMs) => ({
    ending_at: new Date(nowMs).toISOString(),
    length: 14,
    include_variant_breakdown: true,
    include_step_breakdown: true,
  }),
  record: (entry, nowMs) => ({ ...entry, ending_at: new Date(nowMs).toISOString(), length: 14 }),
});
