import type { Activity, BrazeUser } from "./user";
import type { BrazeWorkspace } from "./workspace";

/** docs: post_users_merge, "Merge behavior": taken over when the target has none. */
const TAKEN_OVER = [
  "first_name",
  "last_name",
  "gender",
  "dob",
  "time_zone",
  "home_city",
  "country",
  "language",
  "devices",
  "push_tokens",
  "apps",
] as const;

/**
 * Merges a profile into another and deletes it. Its external id and aliases are not on the page's list of
 * what is merged: they go with it. Recorded events, purchases and messages move over.
 */
export function mergeProfiles(workspace: BrazeWorkspace, from: BrazeUser, into: BrazeUser): void {
  const { users } = workspace;
  const { email, phone } = from;
  users.delete(from);
  if (into.email === undefined && email !== undefined) users.setEmail(into, email);
  if (into.phone === undefined && phone !== undefined) users.setPhone(into, phone);
  for (const field of TAKEN_OVER) takeOver(from, into, field);
  for (const [key, value] of Object.entries(from.custom_attributes)) {
    if (!(key in into.custom_attributes)) into.custom_attributes[key] = value;
  }
  into.custom_events = summed(into.custom_events, from.custom_events);
  into.purchases = summed(into.purchases, from.purchases);
  if (from.total_revenue !== undefined) into.total_revenue = (into.total_revenue ?? 0) + from.total_revenue;
  into.date_of_first_session = extreme(into.date_of_first_session, from.date_of_first_session, -1);
  into.date_of_last_session = extreme(into.date_of_last_session, from.date_of_last_session, 1);
  for (const list of [workspace.events, workspace.purchases, workspace.messages]) {
    for (const record of list) if (record.braze_id === from.braze_id) record.braze_id = into.braze_id;
  }
  workspace.touch(into);
}

function takeOver<Field extends (typeof TAKEN_OVER)[number]>(
  from: BrazeUser,
  into: BrazeUser,
  field: Field,
): void {
  if (into[field] === undefined && from[field] !== undefined) into[field] = from[field];
}

/** docs: the sum of counts, the earlier first date, the later last date. */
function summed(one: readonly Activity[], other: readonly Activity[]): Activity[] {
  const all = new Map(one.map((activity) => [activity.name, { ...activity }]));
  for (const activity of other) {
    const known = all.get(activity.name);
    if (known === undefined) {
      all.set(activity.name, { ...activity });
      continue;
    }
    known.count += activity.count;
    if (activity.first < known.first) known.first = activity.first;
    if (activity.last > known.last) known.last = activity.last;
  }
  return [...all.values()];
}

/** The later (1) or the earlier (-1) of two ISO times. */
function extreme(one: string | undefined, other: string | undefined, sign: 1 | -1): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other === (sign === 1) ? one : other;
}
