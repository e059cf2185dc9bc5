import schema from "@braze-connectors/spec/schemas/streams/campaigns_details";
import { objectAt } from "../rest/answers";
import { childStream } from "../rest/child-stream";
import { parent } from "../rest/subjects";
import { campaigns } from "./campaigns";

/** Details of each campaign. Braze: api/endpoints/export/campaigns/get_campaign_details */
export const campaignsDetails = childStream({
  name: "campaigns_details",
  schema,
  primaryKey: ["campaign_id"],
  parent: parent(campaigns, "id", "campaign_id"),
  endpoint: { path: "/campaigns/details", permission: "campaigns.details" },
  entries: objectAt(),
});
