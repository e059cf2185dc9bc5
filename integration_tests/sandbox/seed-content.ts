import type { Workspace } from "./braze/workspace";
import { awkwardUser } from "./seed";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Some of everything that a workspace can hold beside users, for demo and tests. Identifiers are numbered
 * (`campaign-0`), times count back from now.
 * @param count of each kind
 */
export function seedContent(workspace: Workspace, count = 3, nowMs = Date.now()): void {
  const { content } = workspace;
  workspace.createControlGroup({ generate: awkwardUser, size: count });
  const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
  for (let index = 0; index < count; index += 1) {
    const lastEdited = at((count - index) * 30 * DAY_MS);
    workspace.createCampaign({
      id: `campaign-${index}`,
      name: `Campaign ${index}`,
      tags: ["seed"],
      lastEdited,
    });
    workspace.createCanvas({ id: `canvas-${index}`, name: `Canvas ${index}`, tags: ["seed"], lastEdited });
    content.cards.push({ id: `card-${index}`, title: `Card ${index}` });
    content.contentBlocks.push({
      content_block_id: `block-${index}`,
      name: `block_${index}`,
      content: "<p>Hello</p>",
      last_edited: lastEdited,
      ...(index === 0 ? { translations: { "es-MX": { id_0: "¡Hola!" }, "zh-HK": { id_0: "你好" } } } : {}),
    });
    content.emailTemplates.push({
      email_template_id: `template-${index}`,
      template_name: `Template ${index}`,
      updated_at: lastEdited,
    });
    content.catalogs.push({
      name: `catalog ${index}`,
      fields: [
        { name: "id", type: "string" },
        { name: "title", type: "string" },
        { name: "price", type: "number" },
        { name: "since", type: "time" },
      ],
      items: Array.from({ length: 3 + index }, (_, item) => ({
        id: `item-${item}`,
        title: `Item ${item} of ${index}`,
        price: item * 1.5,
        since: "2024-02-29T12:00:00Z",
      })),
    });
    content.preferenceCenters.push({ preference_center_api_id: `center-${index}`, name: `Center ${index}` });
    content.integrations.push({
      integration_id: `integration-${index}`,
      integration_name: `Integration ${index}`,
      syncs: [1, 2, 3].map((ago) => ({
        job_status: "success",
        sync_start_time: at(ago * DAY_MS),
        sync_finish_time: at(ago * DAY_MS - HOUR_MS),
        last_timestamp_synced: at(ago * DAY_MS),
        rows_synced: ago * 100,
        rows_failed_with_errors: 0,
      })),
    });
    content.scheduledBroadcasts.push({
      id: `campaign-${index}`,
      name: `Campaign ${index}`,
      type: "Campaign",
      next_send_time: at(-(index + 1) * DAY_MS),
    });
    const ago = (index + 1) * 20 * DAY_MS;
    content.hardBounces.push({ who: `bounced-${index}@example.com`, at: at(ago) });
    content.unsubscribes.push({ who: `left-${index}@example.com`, at: at(ago) });
    content.invalidPhoneNumbers.push({ who: `+1555010${index}`, at: at(ago), reason: "deactivated" });
    content.sdkKeys.push({
      id: `key-${index}`,
      app_id: "app-1",
      description: `Key ${index}`,
      is_primary: index === 0,
    });
    content.subscriptionGroups.push({
      id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
      name: `Group ${index}`,
      channel: index % 2 === 0 ? "email" : "sms",
    });
    content.eventNames.push(`event ${index}`);
    content.products.push(`product ${index}`);
    workspace.defineCustomAttribute(`attribute_${index}`, "String");
  }
}
