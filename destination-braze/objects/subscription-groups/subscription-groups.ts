import type { Json, JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/subscription_groups";
import validate from "@braze-connectors/spec/validators/validateSubscriptionGroups";
import type { Outgoing } from "../../pipeline/update";
import type { Endpoint, Slot } from "../endpoint";
import { otherColumns, takeFields } from "../fields";
import { identify, isIdentity, preferring } from "../identity";
import { listEndpoint, listLimits, listSlot } from "../list-endpoint";
import type { BrazeObject } from "../object";
import { fieldsOf } from "../offer";

const fields = Object.keys(schema.properties);
const identifiers = ["external_id", "email", "phone"] as const;
/** Users under one group and state. */
const usersPerGroup = 50;
/** Users in a request, whatever their groups. */
const usersPerRequest = 500;

/** For each identifier the list that it goes into. Email addresses and phone numbers may not share a request. */
const lists = { external_id: "external_ids", email: "emails", phone: "phones" } as const;

/** `POST /v2/subscription/status/set` (post_update_user_subscription_group_status_v2), by one kind of identifier. */
const endpointFor = (identifier: (typeof identifiers)[number]): Endpoint =>
  listEndpoint({
    name: `/v2/subscription/status/set by ${identifier}`,
    path: "/v2/subscription/status/set",
    permission: "subscription.status.set",
    rateGroup: "subscription status",
    batchLimits: (limits) => ({ ...listLimits(limits), objectsPerRequest: usersPerRequest }),
    requestBody: (objects) => JSON.stringify({ subscription_groups: groupsOf(objects, identifier) }),
    fitsWith(outgoing, others) {
      const group = groupKey(outgoing.body);
      let users = 0;
      for (const other of others) if (groupKey(other.body) === group) users += 1;
      return users < usersPerGroup;
    },
  });

const slotFor = (identifier: (typeof identifiers)[number]): Slot =>
  listSlot({
    name: `subscription_groups by ${identifier}`,
    endpoint: endpointFor(identifier),
    merge: (earlier, later) => (groupKey(earlier, false) === groupKey(later, false) ? later : undefined),
  });

const slots = { external_id: slotFor("external_id"), email: slotFor("email"), phone: slotFor("phone") };

/** The state of a user in a subscription group. Not billed as data points (user_guide/data/data_points). */
export const subscriptionGroups: BrazeObject = {
  name: "subscription_groups",
  slot: slots.external_id,
  slots: Object.values(slots),
  validate,
  offer: {
    modes: ["append", "append_dedup"],
    likeAppend: ["overwrite"],
    matchingKeys: identifiers,
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record, { matchBy }) {
    const identity = identify(record, preferring(identifiers, matchBy));
    if (!isIdentity(identity)) return { reasons: [identity] };
    const name = identity.name as (typeof identifiers)[number];
    const body = takeFields(record, fields);
    // Braze takes one identifier a user; the others would be further users.
    for (const other of identifiers) delete body[other];
    body[name] = identity.value;
    return { body, identity: identity.key, slot: slots[name] };
  },
};

/** @param withState false tells only whether two records are about the same group */
const groupKey = (body: JsonObject, withState = true): string =>
  JSON.stringify([
    body.subscription_group_id ?? null,
    withState ? [body.subscription_state ?? null, body.use_double_opt_in_logic ?? null] : null,
  ]);

function groupsOf(objects: readonly Outgoing[], identifier: (typeof identifiers)[number]): Json[] {
  const groups = new Map<string, { group: JsonObject; users: Json[] }>();
  for (const { body } of objects) {
    const key = groupKey(body);
    const found = groups.get(key);
    const user = body[identifier] ?? null;
    if (found) {
      found.users.push(user);
      continue;
    }
    const { [identifier]: _, ...group } = body;
    groups.set(key, { group, users: [user] });
  }
  return [...groups.values()].map(({ group, users }) => ({ ...group, [lists[identifier]]: users }));
}
