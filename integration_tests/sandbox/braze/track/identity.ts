import type { JsonObject } from "../../json";
import { isJsonObject } from "../../json";
import type { BrazeUser, UserAlias } from "../user";
import type { IndexedUserStore } from "../user-store";

/** Who an object of /users/track is about. */
export type Identity =
  | { by: "external_id"; externalId: string }
  | { by: "user_alias"; alias: UserAlias }
  | { by: "braze_id"; brazeId: string }
  | { by: "email"; email: string }
  | { by: "phone"; phone: string };

/** The sentences below are Braze's own, as seen in answers of the real API. */
const MISSING = "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required";
const AMBIGUOUS = "You must specify only one of 'external_id', 'user_alias' or 'braze_id'";
/** docs: post_user_track, "Endpoint-specific errors", EXTERNAL_USER_ID_TOO_LARGE; the sentence is assumed. */
const TOO_LARGE = "The 'external_id' exceeds the maximum allowed length of 987 bytes";
const MAX_EXTERNAL_ID_BYTES = 987;

/**
 * Finds the identifier of an object, or says why there is none.
 * docs: post_user_track: one of external_id, user_alias, braze_id, email, phone; email wins over phone.
 */
export function identify(object: JsonObject): Identity | string {
  const { external_id: externalId, user_alias: alias, braze_id: brazeId, email, phone } = object;
  const primary = Number(isGiven(externalId)) + Number(isGiven(alias)) + Number(isGiven(brazeId));
  if (primary > 1) return AMBIGUOUS;
  if (isGiven(externalId)) {
    if (typeof externalId !== "string") return "'external_id' must be a string";
    // A UTF-16 unit is at most three bytes: only long ids need counting.
    if (
      externalId.length * 3 > MAX_EXTERNAL_ID_BYTES &&
      Buffer.byteLength(externalId) > MAX_EXTERNAL_ID_BYTES
    ) {
      return TOO_LARGE;
    }
    return { by: "external_id", externalId };
  }
  if (isGiven(alias)) {
    if (!isAlias(alias)) return "'user_alias' must have an 'alias_name' and an 'alias_label'";
    return { by: "user_alias", alias: { alias_name: alias.alias_name, alias_label: alias.alias_label } };
  }
  if (isGiven(brazeId)) {
    return typeof brazeId === "string" ? { by: "braze_id", brazeId } : "'braze_id' must be a string";
  }
  if (isGiven(email)) return typeof email === "string" ? { by: "email", email } : MISSING;
  if (isGiven(phone)) return typeof phone === "string" ? { by: "phone", phone } : MISSING;
  return MISSING;
}

export function isAlias(value: unknown): value is UserAlias & JsonObject {
  return isJsonObject(value) && isText(value.alias_name) && isText(value.alias_label);
}

/** A key that is equal for equal identities, to see whether two requests touch the same one. */
export function identityKey(identity: Identity): string {
  switch (identity.by) {
    case "external_id":
      return `external_id:${identity.externalId}`;
    case "user_alias":
      return `user_alias:${identity.alias.alias_label}\u0000${identity.alias.alias_name}`;
    case "braze_id":
      return `braze_id:${identity.brazeId}`;
    case "email":
      return `email:${identity.email.toLowerCase()}`;
    case "phone":
      return `phone:${identity.phone}`;
  }
}

/**
 * The profile to change, created where Braze creates one; undefined means that Braze drops the
 * object in silence (it still counts as processed).
 *
 * docs: user_attributes_object, "Update existing profiles only": `_update_existing_only: true` never
 * creates; with user_alias it defaults to true. post_user_track FAQ: an unknown email makes an
 * email-only user. Assumed: an unknown braze_id cannot be created, since Braze assigns them.
 */
export function resolve(
  users: IndexedUserStore,
  identity: Identity,
  object: JsonObject,
): BrazeUser | undefined {
  const updateOnly = object._update_existing_only;
  switch (identity.by) {
    case "external_id": {
      const user = users.byExternalId(identity.externalId);
      if (user !== undefined || updateOnly === true) return user;
      return users.add({ external_id: identity.externalId });
    }
    case "user_alias": {
      const user = users.byAlias(identity.alias);
      if (user !== undefined || updateOnly !== false) return user;
      return users.add({ user_aliases: [identity.alias] });
    }
    case "braze_id":
      return users.byBrazeId(identity.brazeId);
    case "email": {
      const user = users.byEmail(identity.email);
      if (user !== undefined || updateOnly === true) return user;
      return users.add({ email: identity.email });
    }
    case "phone": {
      const user = users.byPhone(identity.phone);
      if (user !== undefined || updateOnly === true) return user;
      return users.add({ phone: identity.phone });
    }
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
