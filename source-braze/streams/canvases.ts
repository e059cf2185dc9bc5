import schema from "@braze-connectors/spec/schemas/streams/canvases";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** Canvases that are not archived. Braze: api/endpoints/export/canvas/get_canvases */
export const canvases = listStream({
  name: "canvases",
  schema,
  primaryKey: ["id"],
  endpoint: { path: "/canvas/list", permission: "canvas.list" },
  entries: objectsAt("canvases"),
  paging: pageNumbers(100),
  edited: { column: "last_edited", parameter: "last_edit.time[gt]" },
});
