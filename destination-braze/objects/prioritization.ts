import type { JsonObject } from "@braze-connectors/shared/json";

/**
 * Which profile is meant when several share an email address or phone number; Braze wants to be told
 * (post_users_merge, post_user_delete). Without a word from the record: the one without external_id, for
 * the others are not known by address or number alone, and of several the most recently updated.
 */
export const usualPrioritization = ["unidentified", "most_recently_updated"];

/** Adds what Braze needs beside an email address or phone number. */
export function withPrioritization(identifier: JsonObject): JsonObject {
  if (identifier.email === undefined && identifier.phone === undefined) return identifier;
  return { ...identifier, prioritization: identifier.prioritization ?? usualPrioritization };
}
