import schema from "@braze-connectors/spec/schemas/braze/canvas_trigger";
import validate from "@braze-connectors/spec/validators/validateCanvasTrigger";
import type { BrazeObject } from "../object";
import { triggerObject } from "../triggers";

/** `canvas_trigger/ID`: recipients who enter an API-triggered Canvas (post_send_triggered_canvases). */
export const canvasTrigger = (id: string): BrazeObject =>
  triggerObject(
    {
      name: "canvas_trigger",
      path: "/canvas/trigger/send",
      permission: "canvas.trigger.send",
      idKey: "canvas_id",
      schema,
      validate,
    },
    id,
  );
