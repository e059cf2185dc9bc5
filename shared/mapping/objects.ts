import eventSchema from "@braze-connectors/spec/schemas/braze/event";
import purchaseSchema from "@braze-connectors/spec/schemas/braze/purchase";
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
  /** Fields without which Braze refuses the object. */
  readonly required: readonly string[];
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
  required: [],
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
  required: eventSchema.required,
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
  required: purchaseSchema.required,
  ofUser: true,
  isProfile: false,
  keepsNulls: false,
  normalises: true,
  normalisers: purchaseFieldNormalisers,
};

/** The rules of an object; of one that has no rules of its own, any field may be written. */
export const rulesOf = (object: string): ObjectRules =>
  [users, events, purchases].find(({ name }) => name === object) ?? {
    name: object,
    fields: new Map(),
    reserved: new Set(),
    others: [],
    required: [],
    ofUser: false,
    isProfile: false,
    keepsNulls: false,
    normalises: true,
    normalisers: new Map(),
  };
