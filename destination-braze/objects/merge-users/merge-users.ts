import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/merge_users";
import validate from "@braze-connectors/spec/validators/validateMergeUsers";
import { missing, otherColumns, takeFields } from "../fields";
import { type Identity, identify, isIdentity } from "../identity";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject, Reason } from "../object";
import { fieldsOf } from "../offer";
import { withPrioritization } from "../prioritization";

const fields = Object.keys(schema.properties);
const identifiers = ["external_id", "user_alias", "email", "phone"] as const;

/** `POST /users/merge` (post_users_merge). Merges of one request happen in no documented order. */
const slot = listSlot({
  name: "merge_updates",
  endpoint: listEndpoint({
    path: "/users/merge",
    permission: "users.merge",
    rateGroup: "user identities",
  }),
  // Once more it might find somebody who has the identifier since.
  repeatable: false,
  // Who is kept gets what they lacked, so of them too it is not known any more what is empty.
  undoes: true,
  empties: true,
});

/** Merges one user into another. */
export const mergeUsers: BrazeObject = {
  name: "merge_users",
  slot,
  slots: [slot],
  validate,
  offer: {
    modes: ["append"],
    likeAppend: ["append_dedup"],
    matchingKeys: ["identifier_to_merge"],
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record) {
    const given = takeFields(record, fields);
    const merged = sideOf(given, "identifier_to_merge");
    const kept = sideOf(given, "identifier_to_keep");
    if ("reason" in merged) return { reasons: [merged.reason] };
    if ("reason" in kept) return { reasons: [kept.reason] };
    return {
      body: { identifier_to_merge: merged.identifier, identifier_to_keep: kept.identifier },
      identity: merged.key,
      also: [kept.key],
    };
  },
};

type Side = { key: string; identifier: JsonObject } | { reason: Reason };

function sideOf(given: JsonObject, field: string): Side {
  const value: Json | undefined = given[field];
  if (value === undefined) return { reason: missing(field) };
  if (!isObject(value)) {
    return { reason: { code: "invalid_value", field, message: `${field} must be an object.` } };
  }
  const identity: Identity | Reason = identify(value, identifiers);
  if (!isIdentity(identity)) {
    return { reason: { ...identity, field, message: `${field}: ${identity.message}` } };
  }
  const { prioritization } = value;
  const identifier: JsonObject = { [identity.name]: identity.value };
  if (prioritization !== undefined && prioritization !== null) identifier.prioritization = prioritization;
  return { key: identity.key, identifier: withPrioritization(identifier) };
}
