import schema from "@braze-connectors/spec/schemas/streams/preference_centers";
import { objectsAt } from "../rest/answers";
import { listStream } from "../rest/list-stream";
import { wholeAnswer } from "../rest/paging";

/** Preference centers. Braze: api/endpoints/preference_center/get_list_preference_center */
export const preferenceCenters = listStream({
  name: "preference_centers",
  schema,
  primaryKey: ["preference_center_api_id"],
  endpoint: {
    path: "/preference_center/v1/list",
    permission: "preference_center.list",
    rateGroup: "preference_centers",
  },
  entries: objectsAt("preference_centers"),
  paging: wholeAnswer,
});
