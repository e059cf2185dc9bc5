import { isJsonObject, type JsonObject } from "../../json";
import { findNamed, type NamedUser, namedUser } from "../named-user";
import { attributesError } from "../track/attributes";
import type { TrackWriter } from "../track/writer";
import type { BrazeUser } from "../user";
import type { IndexedUserStore } from "../user-store";

/** Where properties stand in a request and its recipients (the first key that is there counts). */
export interface PropertyRules {
  names: readonly string[];
  mostBytes: number;
}

export interface Recipient {
  named: NamedUser;
  properties: JsonObject;
  attributes: JsonObject | undefined;
  existingOnly: boolean;
}

/** Reads a recipient, or says why it is refused. docs: api/objects_filters/recipient_object; sentences assumed. */
export function recipientOf(entry: JsonObject, rules: PropertyRules): Recipient | string {
  const { external_user_id: externalId = null, user_alias = null, braze_id = null, email = null } = entry;
  const given = [externalId, user_alias, braze_id, email].filter((each) => each !== null).length;
  if (given !== 1) return "one of 'external_user_id', 'user_alias', 'braze_id' or 'email' is required";
  const named = namedUser({
    external_id: externalId,
    user_alias,
    braze_id,
    email,
    prioritization: entry.prioritization ?? null,
  });
  if (typeof named === "string") return named;
  const properties = propertiesOf(entry, rules);
  if (typeof properties === "string") return properties;
  const { attributes, send_to_existing_only: existingOnly = true } = entry;
  if (attributes !== undefined && !isJsonObject(attributes)) return "'attributes' must be an object";
  if (typeof existingOnly !== "boolean") return "'send_to_existing_only' must be a boolean";
  if (!existingOnly && attributes === undefined) {
    return "'attributes' must be included when 'send_to_existing_only' is false";
  }
  if (!existingOnly && user_alias !== null) return "'send_to_existing_only' cannot be used with user aliases";
  return (
    (attributes === undefined ? undefined : attributesError(attributes)) ?? {
      named,
      properties,
      attributes,
      existingOnly,
    }
  );
}

/** The properties, or what is wrong with them. Braze's own example has an empty text for none. */
export function propertiesOf(object: JsonObject, { names, mostBytes }: PropertyRules): JsonObject | string {
  const value = names.map((name) => object[name]).find((each) => each !== undefined);
  if (value === undefined || value === "") return {};
  if (!isJsonObject(value)) return `'${names[0]}' must be an object`;
  return Buffer.byteLength(JSON.stringify(value)) > mostBytes ? `'${names[0]}' is too large` : value;
}

/**
 * The profile of a recipient with its attributes written, made where that is asked for. Somebody who does not
 * exist gets no message, without an error (docs: api/errors, "you may have provided an unknown user ID").
 */
export function reachedUser(
  users: IndexedUserStore,
  { named, attributes, existingOnly }: Recipient,
  writer: TrackWriter,
): BrazeUser | undefined {
  const user = findNamed(users, named) ?? (existingOnly ? undefined : made(users, named));
  if (user !== undefined && attributes !== undefined) writer.writeAttributes(user, attributes);
  return user;
}

function made(users: IndexedUserStore, { identity }: NamedUser): BrazeUser | undefined {
  if (identity.by === "external_id") return users.add({ external_id: identity.externalId });
  // Several with this email are no reason to make another one.
  const isNew = identity.by === "email" && users.byEmail(identity.email) === undefined;
  return isNew ? users.add({ email: identity.email }) : undefined;
}
