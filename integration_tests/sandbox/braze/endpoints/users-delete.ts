import { isJsonObject, type Json, type JsonObject } from "../../json";
import { type Endpoint, failure, success } from "../endpoint";
import { findNamed, type NamedUser, namedUser } from "../named-user";
import { identityKey } from "../track/identity";
import { write } from "../writing";

const MAX_USERS = 50;

/** For each key of a request, an entry as an object with an identifier. */
const KINDS: Record<string, (entry: Json) => JsonObject> = {
  external_ids: (id) => ({ external_id: id }),
  braze_ids: (id) => ({ braze_id: id }),
  user_aliases: (alias) => ({ user_alias: alias }),
  email_addresses: (entry) => picked(entry, "email"),
  phone_numbers: (entry) => picked(entry, "phone"),
};

/** docs: api/endpoints/user_data/post_user_delete. The sentences of errors are assumed. */
export const usersDelete: Endpoint = {
  method: "POST",
  path: "/users/delete",
  permission: "users.delete",
  rateGroup: "user_identity",
  handle: async ({ workspace, body, nowMs }) => {
    const given = Object.keys(KINDS).filter((key) => body[key] !== undefined);
    const [key] = given;
    if (key === undefined) return failure(400, "No user identifiers were provided.");
    if (given.length > 1) return failure(400, `Only one of ${given.join(", ")} may be given.`);
    const entries = body[key];
    if (!Array.isArray(entries)) return failure(400, `${key} must be an array.`);
    if (entries.length > MAX_USERS) return failure(400, "The max number of ids per request was exceeded");
    const named = entries.map((entry) => namedUser(KINDS[key]?.(entry) ?? {})).filter(isDeletable);
    if (named.length < entries.length) return failure(400, `${key} holds something that names no user.`);
    let deleted = 0;
    const identities = () => named.map(({ identity }) => identityKey(identity));
    await write(workspace, nowMs, identities, () => {
      // Who is meant is settled before anybody goes.
      const found = named.map((each) => findNamed(workspace.users, each));
      for (const user of found) if (user !== undefined && workspace.users.delete(user)) deleted += 1;
    });
    return success({ deleted }, 201);
  },
};

const picked = (entry: Json, name: "email" | "phone"): JsonObject =>
  isJsonObject(entry) && entry[name] !== undefined
    ? { [name]: entry[name], prioritization: entry.prioritization ?? null }
    : {};

/** docs: post_user_delete does not know `least_recently_updated`. */
function isDeletable(named: NamedUser | string): named is NamedUser {
  return typeof named !== "string" && !named.prioritization.includes("least_recently_updated");
}
