import schema from "@braze-connectors/spec/schemas/streams/preference_center_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { preferenceCenters } from "./preference-centers";

/** Details of each preference center. Braze: api/endpoints/preference_center/get_view_details_preference_center */
export const preferenceCenterDetails = childStream({
  name: "preference_center_details",
  schema,
  primaryKey: ["preference_center_api_id"],
  parent: parent(preferenceCenters, "preference_center_api_id", "preference_center_api_id"),
  endpoint: {
    path: "/preference_center/v1/{preference_center_api_id}",
    permission: "preference_center.get",
    rateGroup: "preference_centers",
  },
  entries: objectAt(),
});
