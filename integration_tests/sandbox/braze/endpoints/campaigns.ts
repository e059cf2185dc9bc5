import { type Endpoint, success } from "../endpoint";
import { listOf, page, visible } from "./paging";

/** docs: api/endpoints/export/campaigns/get_campaigns */
export const campaignsList: Endpoint = {
  method: "GET",
  path: "/campaigns/list",
  permission: "campaigns.list",
  rateGroup: "default",
  handle: ({ workspace, query }) =>
    success({
      campaigns: listOf(page(visible(workspace.campaigns, query), query), (campaign) => ({
        id: campaign.id,
        last_edited: campaign.lastEdited,
        name: campaign.name,
        is_api_campaign: campaign.isApiCampaign,
        tags: campaign.tags,
      })),
    }),
};

/** docs: api/endpoints/export/canvas/get_canvases */
export const canvasList: Endpoint = {
  method: "GET",
  path: "/canvas/list",
  permission: "canvas.list",
  rateGroup: "default",
  handle: ({ workspace, query }) =>
    success({
      canvases: listOf(page(visible(workspace.canvases, query), query), (canvas) => ({
        id: canvas.id,
        last_edited: canvas.lastEdited,
        name: canvas.name,
        tags: canvas.tags,
      })),
    }),
};
