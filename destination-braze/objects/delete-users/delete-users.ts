import type { Json, JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/delete_users";
import validate from "@braze-connectors/spec/validators/validateDeleteUsers";
import type { Outgoing } from "../../pipeline/update";
import type { Slot } from "../endpoint";
import { otherColumns } from "../fields";
import { identifierColumns, identify, isIdentity, preferring } from "../identity";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject } from "../object";
import { fieldsOf } from "../offer";
import { usualPrioritization, withPrioritization } from "../prioritization";

const fields = Object.keys(schema.properties);
type Identifier = (typeof identifierColumns)[number];

/** For each kind of identifier the list of the request, and what names a user there (post_user_delete). */
export const deletionLists: Readonly<
  Record<Identifier, { list: string; entry: (value: Json, prioritization?: Json) => Json }>
> = {
  external_id: { list: "external_ids", entry: (value) => value },
  user_alias: { list: "user_aliases", entry: (value) => value },
  braze_id: { list: "braze_ids", entry: (value) => value },
  email: {
    list: "email_addresses",
    entry: (email, prioritization = usualPrioritization) => ({ email, prioritization }),
  },
  phone: {
    list: "phone_numbers",
    entry: (phone, prioritization = usualPrioritization) => ({ phone, prioritization }),
  },
};

export const deletionEndpoint = { path: "/users/delete", permission: "users.delete" } as const;

/** One kind of identifier a request: the pages don't say that lists may stand beside each other. */
const slotFor = (identifier: Identifier): Slot =>
  listSlot({
    name: `delete_users by ${identifier}`,
    undoes: true,
    empties: true,
    endpoint: listEndpoint({
      ...deletionEndpoint,
      name: `/users/delete by ${identifier}`,
      rateGroup: "user identities",
      requestBody: (objects) => requestBody(objects, identifier),
    }),
  });

const slots: Readonly<Record<Identifier, Slot>> = {
  external_id: slotFor("external_id"),
  user_alias: slotFor("user_alias"),
  braze_id: slotFor("braze_id"),
  email: slotFor("email"),
  phone: slotFor("phone"),
};

function requestBody(objects: readonly Outgoing[], identifier: Identifier): string {
  const { list, entry } = deletionLists[identifier];
  return JSON.stringify({
    [list]: objects.map(({ body }) => entry(body[identifier] ?? null, body.prioritization)),
  });
}

/** Users to delete for good. Somebody who does not exist (any more) is no error. */
export const deleteUsers: BrazeObject = {
  name: "delete_users",
  slot: slots.external_id,
  slots: Object.values(slots),
  validate,
  offer: {
    modes: ["append", "soft_delete"],
    likeAppend: ["append_dedup"],
    matchingKeys: identifierColumns,
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record, { matchBy }) {
    const identity = identify(record, preferring(identifierColumns, matchBy));
    if (!isIdentity(identity)) return { reasons: [identity] };
    const { prioritization } = record;
    const body: JsonObject = { [identity.name]: identity.value };
    if (prioritization !== undefined && prioritization !== null) body.prioritization = prioritization;
    return { body: withPrioritization(body), identity: identity.key, slot: slots[identity.name] };
  },
};
