import { isJsonObject, type Json } from "../../json";
import { type Endpoint, failure, success } from "../endpoint";
import { isAlias } from "../track/identity";
import type { BrazeUser } from "../user";
import type { IndexedUserStore } from "../user-store";

const MAX_USERS = 50;

/** For each key of a request, the users that one of its entries names; undefined for an entry of a wrong form. */
const KINDS: Record<string, (users: IndexedUserStore, entry: Json) => BrazeUser[] | undefined> = {
  external_ids: (users, id) => (typeof id === "string" ? listed(users.byExternalId(id)) : undefined),
  braze_ids: (users, id) => (typeof id === "string" ? listed(users.byBrazeId(id)) : undefined),
  user_aliases: (users, alias) => (isAlias(alias) ? listed(users.byAlias(alias)) : undefined),
  email_addresses: (users, entry) =>
    isJsonObject(entry) && typeof entry.email === "string" && isPrioritized(entry.prioritization)
      ? preferred([...users.sharingEmail(entry.email)], entry.prioritization)
      : undefined,
  phone_numbers: (users, entry) =>
    isJsonObject(entry) && typeof entry.phone === "string" && isPrioritized(entry.prioritization)
      ? listed(users.byPhone(entry.phone))
      : undefined,
};

/** docs: api/endpoints/user_data/post_user_delete. The sentences of errors are assumed. */
export const usersDelete: Endpoint = {
  method: "POST",
  path: "/users/delete",
  permission: "users.delete",
  rateGroup: "user_identity",
  handle: ({ workspace, body }) => {
    const given = Object.keys(KINDS).filter((key) => body[key] !== undefined);
    const [key] = given;
    if (key === undefined) return failure(400, "No user identifiers were provided.");
    if (given.length > 1) return failure(400, `Only one of ${given.join(", ")} may be given.`);
    const entries = body[key];
    if (!Array.isArray(entries)) return failure(400, `${key} must be an array.`);
    if (entries.length > MAX_USERS) return failure(400, "The max number of ids per request was exceeded");
    const found = entries.map((entry) => KINDS[key]?.(workspace.users, entry));
    if (found.includes(undefined)) return failure(400, `${key} holds something that names no user.`);
    const deleted = found.flatMap((users) => users ?? []).filter((user) => workspace.users.delete(user));
    return success({ deleted: deleted.length }, 201);
  },
};

const listed = (user: BrazeUser | undefined): BrazeUser[] => (user ? [user] : []);

const isPrioritized = (value: Json | undefined): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");

/** Narrows down by one priority after the other; nobody is deleted when several remain. */
function preferred(users: BrazeUser[], prioritization: readonly string[]): BrazeUser[] {
  let left = users;
  for (const priority of prioritization) {
    const narrowed = left.filter((user) => {
      if (priority === "identified") return user.external_id !== undefined;
      if (priority === "unidentified") return user.external_id === undefined;
      return user.updated_sequence === Math.max(...left.map((each) => each.updated_sequence));
    });
    if (narrowed.length > 0) left = narrowed;
  }
  return left.length === 1 ? left : [];
}
