import type { JsonObject } from "../json";
import { isPrioritization, type Priority, preferred } from "./prioritization";
import { type Identity, identify } from "./track/identity";
import type { BrazeUser } from "./user";
import type { IndexedUserStore } from "./user-store";

/** How an object names one existing profile. */
export interface NamedUser {
  identity: Identity;
  /** with email and phone */
  prioritization: readonly Priority[];
}

/** docs: post_users_merge and others; the sentence is assumed. */
export const PRIORITIZATION_REQUIRED =
  "'prioritization' is required with 'email' and 'phone' and must be an array of allowed values";

/** Reads an identifier that must come with a prioritization when it is an email or a phone. */
export function namedUser(object: JsonObject): NamedUser | string {
  const identity = identify(object);
  if (typeof identity === "string") return identity;
  if (identity.by !== "email" && identity.by !== "phone") return { identity, prioritization: [] };
  const { prioritization } = object;
  return isPrioritization(prioritization) ? { identity, prioritization } : PRIORITIZATION_REQUIRED;
}

/** The profile that is named, if it exists and is the only one. */
export function findNamed(
  users: IndexedUserStore,
  { identity, prioritization }: NamedUser,
): BrazeUser | undefined {
  switch (identity.by) {
    case "external_id":
      return users.byExternalId(identity.externalId);
    case "user_alias":
      return users.byAlias(identity.alias);
    case "braze_id":
      return users.byBrazeId(identity.brazeId);
    case "email":
      return preferred(users.sharingEmail(identity.email), prioritization);
    case "phone":
      return preferred(users.sharingPhone(identity.phone), prioritization);
  }
}
