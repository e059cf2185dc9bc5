import { isJsonObject, type Json, type JsonObject } from "../../json";
import { type Endpoint, failure, success } from "../endpoint";
import { findNamed, type NamedUser, namedUser } from "../named-user";
import { mergeProfiles } from "../profile-merge";
import { identityKey } from "../track/identity";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";
import { MOST_ENTRIES } from "./batch";

const NOT_OBJECTS = "'merge_updates' must be an array of objects";
const TOO_MANY_MERGES = "a single request may not contain more than 50 merge updates";
const WRONG_KEYS = "'merge_updates' must only have 'identifier_to_merge' and 'identifier_to_keep'";
const WRONG_IDENTIFIER =
  "identifiers must be objects with an 'external_id' property that is a string, 'user_alias' property that is an object, 'email' property that is a string, or 'phone' property that is a string";

interface Merge {
  from: NamedUser;
  into: NamedUser;
}

/** docs: api/endpoints/user_data/post_users_merge, whose errors refuse the whole request. */
export const usersMerge: Endpoint = {
  method: "POST",
  path: "/users/merge",
  permission: "users.merge",
  rateGroup: "user_identity",
  handle: async ({ workspace, body, nowMs }) => {
    const updates = body.merge_updates;
    if (!Array.isArray(updates) || updates.length === 0 || !updates.every(isJsonObject)) {
      return failure(400, NOT_OBJECTS);
    }
    if (updates.length > MOST_ENTRIES) return failure(400, TOO_MANY_MERGES);
    const parsed = updates.map(mergeOf);
    const problem = parsed.find((each) => typeof each === "string");
    if (problem !== undefined) return failure(400, problem);
    const merges = parsed.filter((each) => typeof each !== "string");
    await write(
      workspace,
      nowMs,
      () => merges.flatMap(keysOf),
      () => {
        // The page does not promise an order: the last one first shows who counts on it.
        for (const merge of merges.toReversed()) mergeUsers(workspace, merge);
      },
    );
    return success({}, 202);
  },
};

function mergeOf(update: JsonObject): Merge | string {
  const { identifier_to_merge: merge, identifier_to_keep: keep, ...rest } = update;
  if (merge === undefined || keep === undefined || Object.keys(rest).length > 0) return WRONG_KEYS;
  const from = mergeable(merge);
  const into = mergeable(keep);
  if (typeof from === "string") return from;
  return typeof into === "string" ? into : { from, into };
}

/** A braze_id is no identifier here. */
function mergeable(identifier: Json): NamedUser | string {
  if (!isJsonObject(identifier) || identifier.braze_id !== undefined) return WRONG_IDENTIFIER;
  const named = namedUser(identifier);
  if (typeof named !== "string") return named;
  const isContact = typeof identifier.email === "string" || typeof identifier.phone === "string";
  return isContact ? named : WRONG_IDENTIFIER;
}

/** Who does not exist (any more) is not merged, and nobody into themselves. */
function mergeUsers(workspace: BrazeWorkspace, { from, into }: Merge): void {
  const source = findNamed(workspace.users, from);
  const target = findNamed(workspace.users, into);
  if (source === undefined || target === undefined || source === target) return;
  mergeProfiles(workspace, source, target);
}

function keysOf({ from, into }: Merge): string[] {
  return [identityKey(from.identity), identityKey(into.identity)];
}
