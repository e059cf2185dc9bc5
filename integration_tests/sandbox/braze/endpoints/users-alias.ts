import type { JsonObject } from "../../json";
import type { Endpoint } from "../endpoint";
import { type Identity, identityKey } from "../track/identity";
import type { UserAlias } from "../user";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";
import { batchAnswer, entriesOf, judge } from "./batch";

interface NewAlias {
  externalId: string | undefined;
  alias: UserAlias;
}

interface AliasUpdate {
  label: string;
  before: string;
  after: string;
}

/** docs: api/endpoints/user_data/post_user_alias */
export const usersAliasNew: Endpoint = {
  method: "POST",
  path: "/users/alias/new",
  permission: "users.alias.new",
  rateGroup: "user_identity",
  handle: async ({ workspace, body, nowMs }) => {
    const entries = entriesOf(body, "user_aliases");
    if (!Array.isArray(entries)) return entries;
    const { accepted, errors } = judge(workspace, "user_aliases", entries, newAlias);
    await write(
      workspace,
      nowMs,
      () => accepted.flatMap(keysOfNew),
      () => {
        for (const each of accepted) addAlias(workspace, each);
      },
    );
    return batchAnswer(["user_aliases"], accepted.length, errors);
  },
};

/** docs: api/endpoints/user_data/post_users_alias_update */
export const usersAliasUpdate: Endpoint = {
  method: "POST",
  path: "/users/alias/update",
  permission: "users.alias.update",
  rateGroup: "user_identity",
  handle: async ({ workspace, body, nowMs }) => {
    const entries = entriesOf(body, "alias_updates");
    if (!Array.isArray(entries)) return entries;
    const { accepted, errors } = judge(workspace, "alias_updates", entries, aliasUpdate);
    await write(
      workspace,
      nowMs,
      () => accepted.flatMap(keysOfUpdate),
      () => {
        // The page does not promise an order: the last one first shows who counts on it.
        for (const each of accepted.toReversed()) updateAlias(workspace, each);
      },
    );
    return batchAnswer(["alias_updates"], accepted.length, errors);
  },
};

function newAlias(entry: JsonObject): NewAlias | string {
  const { external_id: externalId, alias_name: name, alias_label: label } = entry;
  if (externalId !== undefined && !isText(externalId)) return "'external_id' must be a string";
  if (!isText(name)) return "'alias_name' is required";
  if (!isText(label)) return "'alias_label' is required";
  return { externalId, alias: { alias_name: name, alias_label: label } };
}

/**
 * docs: an alias that any user has already, and an external id that nobody has, change nothing. Nor does a
 * second alias of a label (docs: user_alias_object, "only one alias_name per alias_label").
 */
function addAlias(workspace: BrazeWorkspace, { externalId, alias }: NewAlias): void {
  const { users } = workspace;
  if (users.byAlias(alias) !== undefined) return;
  if (externalId === undefined) {
    workspace.touch(users.add({ user_aliases: [alias] }));
    return;
  }
  const user = users.byExternalId(externalId);
  if (user === undefined) return;
  if (user.user_aliases.some((each) => each.alias_label === alias.alias_label)) return;
  users.addAlias(user, alias);
  workspace.touch(user);
}

function aliasUpdate(entry: JsonObject): AliasUpdate | string {
  const { alias_label: label, old_alias_name: before, new_alias_name: after } = entry;
  if (!isText(label)) return "'alias_label' is required";
  if (!isText(before)) return "'old_alias_name' is required";
  if (!isText(after)) return "'new_alias_name' is required";
  return { label, before, after };
}

/** docs: without such an alias nothing is updated; nor when the new one is taken (assumed). */
function updateAlias(workspace: BrazeWorkspace, { label, before, after }: AliasUpdate): void {
  const { users } = workspace;
  const [old, renamed] = [before, after].map((name) => ({ alias_name: name, alias_label: label }));
  if (old === undefined || renamed === undefined) return;
  const user = users.byAlias(old);
  if (user === undefined || users.byAlias(renamed) !== undefined) return;
  users.removeAlias(user, old);
  users.addAlias(user, renamed);
  workspace.touch(user);
}

function keysOfNew({ externalId, alias }: NewAlias): string[] {
  const identities: Identity[] = [{ by: "user_alias", alias }];
  if (externalId !== undefined) identities.push({ by: "external_id", externalId });
  return identities.map(identityKey);
}

function keysOfUpdate({ label, before, after }: AliasUpdate): string[] {
  return [before, after].map((name) =>
    identityKey({ by: "user_alias", alias: { alias_name: name, alias_label: label } }),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
