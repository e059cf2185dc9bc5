import { isJsonObject, type JsonObject } from "../../json";
import { type Endpoint, failure } from "../endpoint";
import { findNamed, type NamedUser, namedUser } from "../named-user";
import { mergeProfiles } from "../profile-merge";
import { identityKey } from "../track/identity";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";
import { batchAnswer, judge, MOST_ENTRIES, TOO_MANY } from "./batch";

/** For each list, the identifier in its entries. */
const LISTS = {
  aliases_to_identify: "user_alias",
  emails_to_identify: "email",
  phone_numbers_to_identify: "phone",
} as const;
type List = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as List[];

interface Identification {
  externalId: string;
  named: NamedUser;
}

/**
 * docs: api/endpoints/user_data/post_user_identify. `merge_behavior` is gone from the page: since August 2023
 * every call merges.
 */
export const usersIdentify: Endpoint = {
  method: "POST",
  path: "/users/identify",
  permission: "users.identify",
  rateGroup: "user_identity",
  handle: async ({ workspace, body, nowMs }) => {
    const given = NAMES.filter((list) => body[list] !== undefined);
    if (given.length === 0) return failure(400, "'aliases_to_identify' must be an array of objects");
    const accepted: Identification[] = [];
    const errors: JsonObject[] = [];
    let count = 0;
    for (const list of given) {
      const entries = body[list];
      if (!Array.isArray(entries) || !entries.every(isJsonObject)) {
        return failure(400, `'${list}' must be an array of objects`);
      }
      count += entries.length;
      if (count > MOST_ENTRIES) return failure(400, TOO_MANY);
      const judged = judge(workspace, list, entries, (entry) => identification(entry, LISTS[list]));
      accepted.push(...judged.accepted);
      errors.push(...judged.errors);
    }
    await write(
      workspace,
      nowMs,
      () => accepted.flatMap(keysOf),
      () => {
        for (const each of accepted) identifyUser(workspace, each);
      },
    );
    return batchAnswer(given, accepted.length, errors);
  },
};

function identification(entry: JsonObject, identifier: (typeof LISTS)[List]): Identification | string {
  const externalId = entry.external_id;
  if (typeof externalId !== "string" || externalId === "") return "'external_id' is required";
  const named = namedUser({
    [identifier]: entry[identifier] ?? null,
    prioritization: entry.prioritization ?? null,
  });
  return typeof named === "string" ? named : { externalId, named };
}

/**
 * docs: "If there isn't a user with that external_id, the external_id is added to the aliased user's record";
 * with one, the profiles are combined, unless both have an alias of the same label. Somebody who is
 * identified already is left alone (assumed).
 */
function identifyUser(workspace: BrazeWorkspace, { externalId, named }: Identification): void {
  const { users } = workspace;
  const unidentified = findNamed(users, named);
  if (unidentified === undefined || unidentified.external_id !== undefined) return;
  const identified = users.byExternalId(externalId);
  if (identified === undefined) {
    users.setExternalId(unidentified, externalId);
    workspace.touch(unidentified);
    return;
  }
  const labels = new Set(identified.user_aliases.map((alias) => alias.alias_label));
  if (unidentified.user_aliases.some((alias) => labels.has(alias.alias_label))) return;
  const aliases = unidentified.user_aliases;
  mergeProfiles(workspace, unidentified, identified);
  for (const alias of aliases) users.addAlias(identified, alias);
}

function keysOf({ externalId, named }: Identification): string[] {
  return [identityKey(named.identity), identityKey({ by: "external_id", externalId })];
}
