import schema from "@braze-connectors/spec/schemas/streams/campaigns_analytics";
import { objectsAt } from "../rest/answers";
import { seriesStream } from "../rest/series-stream";
import { parent } from "../rest/subjects";
import { campaigns } from "./campaigns";

/** The days of each campaign. Braze: api/endpoints/export/campaigns/get_campaign_analytics */
export const campaignsAnalytics = seriesStream({
  name: "campaigns_analytics",
  schema,
  key: ["campaign_id"],
  parent: parent(campaigns, "id", "campaign_id"),
  endpoint: {
    path: "/campaigns/data_series",
    permission: "campaigns.data_series",
    rateGroup: "campaign_analytics",
  },
  points: objectsAt("data"),
  longest: 100,
});
