import type { Json, JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/identify_users";
import validate from "@braze-connectors/spec/validators/validateIdentifyUsers";
import type { Slot } from "../endpoint";
import { otherColumns, takeFields, takeNames } from "../fields";
import { identify, isIdentity, preferring } from "../identity";
import { bodyOfLists, listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject, Reason } from "../object";
import { fieldsOf } from "../offer";
import { withPrioritization } from "../prioritization";

const fields = Object.keys(schema.properties);
const identifiers = ["user_alias", "email", "phone"] as const;
const lists = {
  user_alias: "aliases_to_identify",
  email: "emails_to_identify",
  phone: "phone_numbers_to_identify",
} as const;
type Slots = Record<(typeof identifiers)[number], Slot>;

/**
 * `POST /users/identify` (post_user_identify). `merge_behavior` is said for a whole request; the page names
 * it no more, since every call merges, but accounts that know it keep it.
 */
function slotsFor(behavior: string | undefined): Slots {
  const members = behavior === undefined ? [] : [`"merge_behavior":${JSON.stringify(behavior)}`];
  const endpoint = listEndpoint({
    name: `/users/identify${behavior === undefined ? "" : ` with merge_behavior ${behavior}`}`,
    path: "/users/identify",
    permission: "users.identify",
    rateGroup: "user identities",
    requestBody: (objects) => bodyOfLists(objects, members),
  });
  const slot = (identifier: keyof Slots): Slot =>
    listSlot({
      name: `identify_users by ${identifier}${behavior === undefined ? "" : `, ${behavior}`}`,
      list: lists[identifier],
      endpoint,
      // Whoever is known by the external_id already gets what they lacked.
      undoes: true,
    });
  return { user_alias: slot("user_alias"), email: slot("email"), phone: slot("phone") };
}

const usual = slotsFor(undefined);
const byBehavior = new Map<Json, Slots>([
  ["merge", slotsFor("merge")],
  ["none", slotsFor("none")],
]);

const wrongBehavior: Reason = {
  code: "invalid_value",
  field: "merge_behavior",
  message: `merge_behavior must be one of ${[...byBehavior.keys()].join(", ")}.`,
};

/** Gives somebody known by an alias, email address or phone number an external_id. */
export const identifyUsers: BrazeObject = {
  name: "identify_users",
  slot: usual.user_alias,
  slots: [usual, ...byBehavior.values()].flatMap((slots) => Object.values(slots)),
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
    const given = takeFields(record, fields);
    const problem = takeNames(given, ["external_id"]);
    if (problem) return { reasons: [problem] };
    const { external_id: id = "", merge_behavior: behavior } = given;
    const name = identity.name as keyof Slots;
    const slots = behavior === undefined ? usual : byBehavior.get(behavior);
    if (!slots) return { reasons: [wrongBehavior] };
    const { prioritization } = given;
    const body: JsonObject = { external_id: id, [name]: identity.value };
    if (prioritization !== undefined && name !== "user_alias") body.prioritization = prioritization;
    return {
      body: withPrioritization(body),
      identity: identity.key,
      also: [`external_id:${id}`],
      slot: slots[name],
    };
  },
};
