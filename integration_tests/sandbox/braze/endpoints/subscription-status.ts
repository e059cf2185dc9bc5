import { isJsonObject, type Json, type JsonObject } from "../../json";
import type { SubscriptionGroup } from "../content";
import { type Endpoint, failure, success } from "../endpoint";
import { identityKey } from "../track/identity";
import type { BrazeUser } from "../user";
import type { IndexedUserStore } from "../user-store";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";

const MOST_USERS = 50;
const LISTS = ["external_ids", "emails", "phones"] as const;
type List = (typeof LISTS)[number];

interface GroupUpdate {
  group: SubscriptionGroup;
  state: "subscribed" | "unsubscribed";
  doubleOptIn: boolean;
  named: { list: List; value: string }[];
}

/**
 * docs: api/endpoints/subscription_groups/post_update_user_subscription_group_status_v2. One mistake refuses
 * the whole request; the sentences are assumed. External ids that nobody has are passed over (assumed).
 */
export const subscriptionStatusSet: Endpoint = {
  method: "POST",
  path: "/v2/subscription/status/set",
  permission: "subscription.status.set",
  rateGroup: "subscription_status",
  handle: async ({ workspace, body, nowMs }) => {
    const groups = body.subscription_groups;
    if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isJsonObject)) {
      return failure(400, "'subscription_groups' must be an array of objects");
    }
    const updates = groups.map((group) => groupUpdate(workspace.content.subscriptionGroups, group));
    const problem = updates.find((update) => typeof update === "string");
    if (problem !== undefined) return failure(400, problem);
    const valid = updates.filter((update) => typeof update !== "string");
    if (mixesChannels(valid)) {
      return failure(400, "'emails' and 'phones' cannot be included in one request");
    }
    await write(
      workspace,
      nowMs,
      () => valid.flatMap(keysOf),
      () => {
        for (const update of valid) apply(workspace, update);
      },
    );
    return success({}, 201);
  },
};

function groupUpdate(groups: readonly SubscriptionGroup[], entry: JsonObject): GroupUpdate | string {
  const { subscription_group_id: id, subscription_state: state, use_double_opt_in_logic: optIn } = entry;
  const group = groups.find((each) => each.id === id);
  if (group === undefined) return "'subscription_group_id' must be a valid subscription group UUID";
  if (state !== "subscribed" && state !== "unsubscribed") {
    return "'subscription_state' must be 'subscribed' or 'unsubscribed'";
  }
  if (optIn !== undefined && typeof optIn !== "boolean") return "'use_double_opt_in_logic' must be a boolean";
  const named: GroupUpdate["named"] = [];
  for (const list of LISTS) {
    const values = texts(entry[list]);
    if (values === undefined) return `'${list}' must be an array of strings`;
    if (values.length > MOST_USERS) return `'${list}' may hold at most ${MOST_USERS} entries`;
    for (const value of values) named.push({ list, value });
  }
  return listError(group, named) ?? { group, state, doubleOptIn: optIn === true, named };
}

/** Braze takes a single text as well as an array (docs: "String or array of strings"). */
function texts(value: Json | undefined): string[] | undefined {
  if (value === undefined) return [];
  const values = typeof value === "string" ? [value] : value;
  return Array.isArray(values) && values.every((each) => typeof each === "string") ? values : undefined;
}

function listError(group: SubscriptionGroup, named: GroupUpdate["named"]): string | undefined {
  if (named.length === 0) return "one of 'external_ids', 'emails' or 'phones' is required";
  const used = new Set(named.map(({ list }) => list));
  if (used.has("emails") && used.has("phones")) return "'emails' and 'phones' cannot be included together";
  if (used.has(group.channel === "email" ? "phones" : "emails")) {
    return `'${group.channel === "email" ? "phones" : "emails"}' cannot be used with this subscription group`;
  }
  const wrong = named.find(({ list, value }) => list === "phones" && !/^\+[1-9]\d{1,14}$/.test(value));
  return wrong === undefined ? undefined : "'phones' must be in E.164 format";
}

/** docs: "you cannot update both email and SMS subscription groups in the same request" by email and phone. */
function mixesChannels(updates: readonly GroupUpdate[]): boolean {
  const lists = new Set(updates.flatMap(({ named }) => named.map(({ list }) => list)));
  return lists.has("emails") && lists.has("phones");
}

function keysOf({ named }: GroupUpdate): string[] {
  return named.map(({ list, value }) => {
    if (list === "external_ids") return identityKey({ by: "external_id", externalId: value });
    return identityKey(list === "emails" ? { by: "email", email: value } : { by: "phone", phone: value });
  });
}

/** Not billed as data points (docs: user_guide/data/data_points). */
function apply(workspace: BrazeWorkspace, update: GroupUpdate): void {
  const { group, state } = update;
  const users = new Set<BrazeUser>();
  for (const { list, value } of update.named) {
    const found = [...reached(workspace.users, group, list, value)];
    for (const user of found) users.add(user);
    if (found.length === 0 && list !== "external_ids") workspace.orphanedStates.keep(value, group.id, state);
  }
  for (const user of users) {
    if (asksFirst(user, update)) {
      user.double_opt_in_pending = [...new Set([...(user.double_opt_in_pending ?? []), group.id])];
      continue;
    }
    user.subscription_groups = { ...user.subscription_groups, [group.id]: state };
    workspace.touch(user);
  }
}

/** Whether the user is asked to confirm instead of being subscribed. */
function asksFirst(user: BrazeUser, { group, state, doubleOptIn }: GroupUpdate): boolean {
  if (!doubleOptIn || state !== "subscribed" || group.channel !== "sms") return false;
  return user.subscription_groups?.[group.id] !== "subscribed";
}

/** docs: all profiles that share the email address (of an email group) or the number are updated. */
function reached(
  users: IndexedUserStore,
  group: SubscriptionGroup,
  list: List,
  value: string,
): Iterable<BrazeUser> {
  if (list === "emails") return users.sharingEmail(value);
  if (list === "phones") return users.sharingPhone(value);
  const user = users.byExternalId(value);
  if (user === undefined) return [];
  return group.channel === "email" && user.email !== undefined ? users.sharingEmail(user.email) : [user];
}
