import schema from "@braze-connectors/spec/schemas/braze/campaign_trigger";
import validate from "@braze-connectors/spec/validators/validateCampaignTrigger";
import type { BrazeObject } from "../object";
import { triggerObject } from "../triggers";

/** `campaign_trigger/ID`: recipients of an API-triggered campaign (post_send_triggered_campaigns). */
export const campaignTrigger = (id: string): BrazeObject =>
  triggerObject(
    {
      name: "campaign_trigger",
      path: "/campaigns/trigger/send",
      permission: "campaigns.trigger.send",
      idKey: "campaign_id",
      schema,
      validate,
    },
    id,
  );
