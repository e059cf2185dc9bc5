import type { Campaign } from "../campaigns";
import { type Call, type Endpoint, failure, success } from "../endpoint";
import { editedAfter, listOf, page, visible } from "./paging";
import { seriesAnswer } from "./series";

/** docs: api/endpoints/export/campaigns/get_campaigns */
export const campaignsList: Endpoint = {
  method: "GET",
  path: "/campaigns/list",
  permission: "campaigns.list",
  rateGroup: "default",
  handle: ({ workspace, query }) => {
    const edited = editedAfter(visible(workspace.campaigns, query), query);
    if (typeof edited === "string") return failure(400, edited);
    return success({
      campaigns: listOf(page(edited, query), (campaign) => ({
        id: campaign.id,
        last_edited: campaign.lastEdited,
        name: campaign.name,
        is_api_campaign: campaign.isApiCampaign,
        tags: campaign.tags,
      })),
    });
  },
};

/** docs: api/endpoints/export/campaigns/get_campaign_details */
export const campaignsDetails: Endpoint = {
  method: "GET",
  path: "/campaigns/details",
  permission: "campaigns.details",
  rateGroup: "default",
  handle: (call) => {
    const campaign = named(call);
    if (typeof campaign === "string") return failure(400, campaign);
    return success({
      created_at: campaign.lastEdited,
      updated_at: campaign.lastEdited,
      archived: campaign.archived,
      draft: false,
      enabled: campaign.enabled,
      has_post_launch_draft: false,
      name: campaign.name,
      description: `Sandbox campaign ${campaign.name}`,
      schedule_type: campaign.scheduleType,
      channels: ["email"],
      first_sent: null,
      last_sent: null,
      tags: campaign.tags,
      teams: [],
      messages: {
        [`variation-of-${campaign.id}`]: { channel: "email", name: "Variant 1", subject: "Hello" },
      },
      conversion_behaviors: [{ type: "Performs Custom Event", window: 86_400, custom_event_name: "ordered" }],
    });
  },
};

/** docs: api/endpoints/export/campaigns/get_campaign_analytics */
export const campaignsDataSeries: Endpoint = {
  method: "GET",
  path: "/campaigns/data_series",
  permission: "campaigns.data_series",
  rateGroup: "campaign_analytics",
  handle: (call) => {
    const campaign = named(call);
    if (typeof campaign === "string") return failure(400, campaign);
    return seriesAnswer(call, 100, (day) => {
      const sent = call.workspace.statistics.at(`sent of ${campaign.id}`, day);
      return {
        conversions: Math.floor(sent / 10),
        conversions_by_send_time: Math.floor(sent / 10),
        unique_recipients: sent,
        revenue: sent / 100,
        messages: { email: [{ variation_api_id: `variation-of-${campaign.id}`, sent, opens: sent }] },
      };
    });
  },
};

function named({ workspace, query }: Call): Campaign | string {
  const id = query.get("campaign_id");
  if (id === null || id === "") return "'campaign_id' is required";
  return workspace.campaigns.find((campaign) => campaign.id === id) ?? `Invalid Campaign ID: ${id}`;
}
