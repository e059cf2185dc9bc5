import type { Json } from "../json";
import type { BrazeUser } from "./user";

export type Priority = "identified" | "unidentified" | "most_recently_updated" | "least_recently_updated";

const NARROWED: Record<Priority, (users: BrazeUser[]) => BrazeUser[]> = {
  identified: (users) => users.filter((user) => user.external_id !== undefined),
  unidentified: (users) => users.filter((user) => user.external_id === undefined),
  most_recently_updated: (users) => byUpdate(users).slice(-1),
  least_recently_updated: (users) => byUpdate(users).slice(0, 1),
};

/** docs: post_users_merge: "Only one of" identified and unidentified "may exist in the prioritization array". */
export function isPrioritization(value: Json | undefined): value is Priority[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === "string" && Object.hasOwn(NARROWED, each)) &&
    !(value.includes("identified") && value.includes("unidentified"))
  );
}

/**
 * The profile that is meant among those that share an email or phone. Each priority filters, in order;
 * undefined when nobody or more than one is left (docs: post_users_merge, "Merging users by email").
 */
export function preferred(
  users: Iterable<BrazeUser>,
  prioritization: readonly Priority[],
): BrazeUser | undefined {
  const left = prioritization.reduce((narrowed, priority) => NARROWED[priority](narrowed), [...users]);
  return left.length === 1 ? left[0] : undefined;
}

/** Profiles that were never updated keep the order in which they were made. */
function byUpdate(users: BrazeUser[]): BrazeUser[] {
  return users.toSorted((one, other) => one.updated_sequence - other.updated_sequence);
}
