import { randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject } from "../../json";
import type { Canvas } from "../campaigns";
import { type Call, type Endpoint, failure } from "../endpoint";
import type { RecordedMessage } from "../messages";
import { identityKey } from "../track/identity";
import { TrackWriter } from "../track/writer";
import type { BrazeUser } from "../user";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";
import { judge, MOST_ENTRIES, TOO_MANY } from "./batch";
import {
  type PropertyRules,
  propertiesOf,
  type Recipient,
  reachedUser,
  recipientOf,
} from "./trigger-recipients";

interface Kind {
  kind: RecordedMessage["kind"];
  path: string;
  permission: string;
  idKey: "campaign_id" | "canvas_id";
  /** how sentences speak of it */
  title: "Campaign" | "Canvas";
  rules: PropertyRules;
  candidates: (workspace: BrazeWorkspace) => readonly Canvas[];
}

const triggering = ({ kind, path, permission, idKey, title, rules, candidates }: Kind): Endpoint => ({
  method: "POST",
  path,
  permission,
  rateGroup: "trigger",
  handle: async ({ workspace, body, nowMs }: Call) => {
    const source = candidates(workspace).find((each) => each.id === body[idKey]);
    // docs: api/errors: "No messaging API campaign was found for your provided campaign ID."
    if (source?.scheduleType !== "api_triggered") return failure(400, `Invalid ${title} ID`);
    const properties = propertiesOf(body, rules);
    if (typeof properties === "string") return failure(400, properties);
    const { recipients, broadcast } = body;
    if (broadcast === true && recipients !== undefined) {
      return failure(400, "'recipients' cannot be included when 'broadcast' is true");
    }
    const entries = recipients ?? [];
    if (!Array.isArray(entries) || !entries.every(isJsonObject)) {
      return failure(400, "'recipients' must be an array of objects");
    }
    if (entries.length > MOST_ENTRIES) return failure(400, TOO_MANY);
    if (entries.length === 0 && broadcast !== true) return failure(400, "No Recipients");

    const { accepted, errors } = judge(workspace, "recipients", entries, (entry) =>
      recipientOf(entry, rules),
    );
    const listed: JsonObject = errors.length === 0 ? {} : { errors };
    if (entries.length > 0 && accepted.length === 0) {
      return { status: 400, body: { message: "No Recipients", ...listed } };
    }
    const dispatchId = randomBytes(16).toString("hex");
    const notice = noticeOf(source, title);
    if (notice === undefined) {
      const common = { kind, id: source.id, dispatch_id: dispatchId };
      const keys = () => accepted.map(({ named }) => identityKey(named.identity));
      await write(workspace, nowMs, keys, () => {
        if (broadcast === true) sendToAll(workspace, properties, common);
        else sendTo(workspace, accepted, properties, common);
      });
    }
    return {
      status: 201,
      body: {
        dispatch_id: dispatchId,
        message: "success",
        ...(notice === undefined ? {} : { notice }),
        ...listed,
      },
    };
  },
});

/** docs: api/endpoints/messaging/send_messages/post_send_triggered_campaigns */
export const campaignsTriggerSend = triggering({
  kind: "campaign",
  path: "/campaigns/trigger/send",
  permission: "campaigns.trigger.send",
  idKey: "campaign_id",
  title: "Campaign",
  rules: { names: ["trigger_properties"], mostBytes: Number.POSITIVE_INFINITY },
  candidates: (workspace) => workspace.campaigns,
});

/**
 * docs: api/endpoints/messaging/send_messages/post_send_triggered_canvases; `canvas_entry_properties` is the
 * former name of `context`.
 */
export const canvasTriggerSend = triggering({
  kind: "canvas",
  path: "/canvas/trigger/send",
  permission: "canvas.trigger.send",
  idKey: "canvas_id",
  title: "Canvas",
  rules: { names: ["context", "canvas_entry_properties"], mostBytes: 50_000 },
  candidates: (workspace) => workspace.canvases,
});

/** The Canvas page's own sentences; that campaigns have them as well is assumed. */
function noticeOf({ archived, enabled }: Canvas, title: Kind["title"]): string | undefined {
  const name = title === "Canvas" ? "Canvas" : "campaign";
  if (archived) {
    return `The ${name} is archived. Unarchive the ${name} to ensure trigger requests will take effect.`;
  }
  return enabled
    ? undefined
    : `The ${name} is paused. Resume the ${name} to ensure trigger requests will take effect.`;
}

type Common = Pick<RecordedMessage, "kind" | "id" | "dispatch_id">;

/** docs: recipient_object, "Recipient object deduping": of a user who comes twice, one is left. */
function sendTo(
  workspace: BrazeWorkspace,
  recipients: readonly Recipient[],
  properties: JsonObject,
  common: Common,
): void {
  const nowMs = workspace.clock();
  const writer = new TrackWriter(workspace, nowMs);
  const reached = new Set<BrazeUser>();
  for (const recipient of recipients) {
    const user = reachedUser(workspace.users, recipient, writer);
    if (user === undefined || reached.has(user)) continue;
    reached.add(user);
    record(workspace, user, { ...properties, ...recipient.properties }, common);
    if (recipient.attributes !== undefined) workspace.touch(user);
  }
}

/** Campaigns and Canvases of the sandbox have no segment: everybody is meant. */
function sendToAll(workspace: BrazeWorkspace, properties: JsonObject, common: Common): void {
  for (const user of workspace.users.all()) record(workspace, user, properties, common);
}

function record(workspace: BrazeWorkspace, user: BrazeUser, properties: JsonObject, common: Common): void {
  const time = new Date(workspace.clock()).toISOString();
  workspace.messages.push({ ...common, braze_id: user.braze_id, properties, time });
}
