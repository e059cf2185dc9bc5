import campaignTriggerSchema from "@braze-connectors/spec/schemas/braze/campaign_trigger";
import canvasTriggerSchema from "@braze-connectors/spec/schemas/braze/canvas_trigger";
import catalogItemsSchema from "@braze-connectors/spec/schemas/braze/catalog_items";
import deleteUsersSchema from "@braze-connectors/spec/schemas/braze/delete_users";
import eventSchema from "@braze-connectors/spec/schemas/braze/event";
import identifyUsersSchema from "@braze-connectors/spec/schemas/braze/identify_users";
import mergeUsersSchema from "@braze-connectors/spec/schemas/braze/merge_users";
import purchaseSchema from "@braze-connectors/spec/schemas/braze/purchase";
import renameExternalIdsSchema from "@braze-connectors/spec/schemas/braze/rename_external_ids";
import subscriptionGroupsSchema from "@braze-connectors/spec/schemas/braze/subscription_groups";
import userAliasesSchema from "@braze-connectors/spec/schemas/braze/user_aliases";
import usersSchema from "@braze-connectors/spec/schemas/braze/user_attributes";
import type { JsonObject } from "../json";
import type { Normaliser } from "./normalise/normaliser";
import { eventFieldNormalisers, profileFieldNormalisers, purchaseFieldNormalisers } from "./normalise/target";

/** What a mapping may write to an object of Braze. */
export interface ObjectRules {
  readonly name: string;
  /** The fields that the object has of its own, with what may be in them. */
  readonly fields: ReadonlyMap<string, JsonObject>;
  /** Names that no field may be written to: they say whose object it is, or how Braze is to take it. */
  readonly reserved: ReadonlySet<string>;
  /** Where everything goes that is no field of its own: beside them (empty), or under a name. */
  readonly others: readonly string[];
  /** Whether it has nothing but its own fields, where there is no name for others. */
  readonly isClosed: boolean;
  /** Fields without which Braze refuses the object. */
  readonly required: readonly string[];
  /** By which a user's object may say whose it is. */
  readonly identifiers: readonly IdentifierName[];
  /** Whether the object is a user's, so that a record without identifier can't be written. */
  readonly ofUser: boolean;
  /** Whether it may be there already, so that values can be merged with what it has. */
  readonly isProfile: boolean;
  /** Whether a null means something to it. */
  readonly keepsNulls: boolean;
  /** Whether values are brought into the form that Braze takes. */
  readonly normalises: boolean;
  readonly normalisers: ReadonlyMap<string, Normaliser>;
}

export const identifierNames = ["external_id", "user_alias", "braze_id", "email", "phone"] as const;
export type IdentifierName = (typeof identifierNames)[number];

export const isIdentifierName = (name: string): name is IdentifierName =>
  (identifierNames as readonly string[]).includes(name);

/** Options of an object that a mapping may set by name, but that no column is taken for. */
export const isOption = (name: string): boolean => name.startsWith("_") || name === "push_token_import";

const fieldsOf = (properties: object, reserved: ReadonlySet<string>): ReadonlyMap<string, JsonObject> =>
  new Map(Object.entries(properties).filter(([name]) => !reserved.has(name)));

const reservedOfUsers = new Set(["external_id", "user_alias", "braze_id", "_merge_objects"]);
const reservedOfOccurrences = new Set<string>(identifierNames);

const users: ObjectRules = {
  name: "users",
  fields: fieldsOf(usersSchema.properties, reservedOfUsers),
  reserved: reservedOfUsers,
  others: [],
  isClosed: false,
  required: [],
  identifiers: identifierNames,
  ofUser: true,
  isProfile: true,
  keepsNulls: true,
  normalises: true,
  normalisers: profileFieldNormalisers,
};

const events: ObjectRules = {
  name: "events",
  fields: fieldsOf(eventSchema.properties, reservedOfOccurrences),
  reserved: reservedOfOccurrences,
  others: ["properties"],
  isClosed: false,
  required: eventSchema.required,
  identifiers: identifierNames,
  ofUser: true,
  isProfile: false,
  keepsNulls: false,
  normalises: true,
  normalisers: eventFieldNormalisers,
};

const purchases: ObjectRules = {
  name: "purchases",
  fields: fieldsOf(purchaseSchema.properties, reservedOfOccurrences),
  reserved: reservedOfOccurrences,
  others: ["properties"],
  isClosed: false,
  required: purchaseSchema.required,
  identifiers: identifierNames,
  ofUser: true,
  isProfile: false,
  keepsNulls: false,
  normalises: true,
  normalisers: purchaseFieldNormalisers,
};

/** What most objects beside users, events and purchases have in common. */
const plain = {
  reserved: new Set<string>(),
  others: [],
  isClosed: true,
  identifiers: identifierNames,
  ofUser: false,
  isProfile: false,
  keepsNulls: false,
  normalises: true,
  normalisers: new Map<string, Normaliser>(),
} as const;

/**
 * An object whose record says by identifiers whose it is.
 * @param reserved names that no field may be written to, where these are not all identifiers
 */
function ofUser(
  name: string,
  { properties }: { properties: object },
  required: readonly string[],
  identifiers: readonly IdentifierName[] = identifierNames,
  reserved: readonly string[] = identifierNames,
): ObjectRules {
  const names = new Set(reserved);
  return {
    ...plain,
    name,
    fields: fieldsOf(properties, names),
    reserved: names,
    required,
    identifiers,
    ofUser: true,
  };
}

const unidentified = (
  name: string,
  { properties }: { properties: object },
  required: readonly string[],
): ObjectRules => ({ ...plain, name, fields: fieldsOf(properties, plain.reserved), required });

const objects: readonly ObjectRules[] = [
  users,
  events,
  purchases,
  ofUser("subscription_groups", subscriptionGroupsSchema, subscriptionGroupsSchema.required, [
    "external_id",
    "email",
    "phone",
  ]),
  unidentified("user_aliases", userAliasesSchema, userAliasesSchema.required),
  // The external_id is what somebody gets, not what they are found by.
  ofUser(
    "identify_users",
    identifyUsersSchema,
    identifyUsersSchema.required,
    ["user_alias", "email", "phone"],
    ["user_alias", "braze_id", "email", "phone"],
  ),
  unidentified("merge_users", mergeUsersSchema, mergeUsersSchema.required),
  ofUser("delete_users", deleteUsersSchema, []),
  unidentified("rename_external_ids", renameExternalIdsSchema, renameExternalIdsSchema.required),
];

const ofRecipients = ["external_id", "user_alias", "braze_id", "email"] as const;

/** Objects of which a workspace may have many, by the first part of their names. */
const families: Readonly<Record<string, (name: string) => ObjectRules>> = {
  catalog_items: (name) => ({
    ...unidentified(name, { properties: { id: catalogItemsSchema.properties.id } }, ["id"]),
    isClosed: false,
    keepsNulls: true,
  }),
  campaign_trigger: (name) => ({
    ...ofUser(name, campaignTriggerSchema, [], ofRecipients, [...identifierNames, "external_user_id"]),
    others: ["trigger_properties"],
  }),
  canvas_trigger: (name) => ({
    ...ofUser(name, canvasTriggerSchema, [], ofRecipients, [...identifierNames, "external_user_id"]),
    others: ["context"],
  }),
};

/** The rules of an object; of one that has no rules of its own, any field may be written. */
export function rulesOf(object: string): ObjectRules {
  const own = objects.find(({ name }) => name === object);
  if (own) return own;
  const [family = ""] = object.split("/");
  const made = Object.hasOwn(families, family) ? families[family]?.(object) : undefined;
  return made ?? { ...plain, name: object, fields: new Map(), required: [], isClosed: false };
}
