import schema from "@braze-connectors/spec/schemas/streams/segments";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { pageNumbers } from "../rest/paging";

/** Segments that are not archived. Braze: api/endpoints/export/segments/get_segment */
export const segments = listStream({
  name: "segments",
  schema,
  primaryKey: ["id"],
  endpoint: { path: "/segments/list", permission: "segments.list" },
  entries: objectsAt("segments"),
  paging: pageNumbers(100),
});
