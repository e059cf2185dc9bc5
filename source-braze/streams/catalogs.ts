import schema from "@braze-connectors/spec/schemas/streams/catalogs";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { wholeAnswer } from "../rest/paging";

/** Catalogs. Braze: api/endpoints/catalogs/catalog_management/synchronous/get_list_catalogs */
export const catalogs = listStream({
  name: "catalogs",
  schema,
  primaryKey: ["name"],
  endpoint: { path: "/catalogs", permission: "catalogs.get", rateGroup: "catalogs" },
  entries: objectsAt("catalogs"),
  paging: wholeAnswer,
});
