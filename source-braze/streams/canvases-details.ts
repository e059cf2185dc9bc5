import schema from "@braze-connectors/spec/schemas/streams/canvases_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { canvases } from "./canvases";

/** Details of each Canvas. Braze: api/endpoints/export/canvas/get_canvas_details */
export const canvasesDetails = childStream({
  name: "canvases_details",
  schema,
  primaryKey: ["canvas_id"],
  parent: parent(canvases, "id", "canvas_id"),
  endpoint: { path: "/canvas/details", permission: "canvas.details" },
  entries: objectAt(),
});
