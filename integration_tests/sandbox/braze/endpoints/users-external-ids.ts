import type { Json, JsonObject } from "../../json";
import { type Endpoint, failure } from "../endpoint";
import { identityKey } from "../track/identity";
import type { BrazeWorkspace } from "../workspace";
import { write } from "../writing";
import { MOST_ENTRIES } from "./batch";

interface Rename {
  current: string;
  renamed: string;
}

/**
 * docs: api/endpoints/user_data/external_id_migration/post_external_ids_rename. The page calls `rename_errors`
 * an "array of arrays" whose messages "reference the index of the object": index and sentence is our reading.
 * That `external_ids` holds the new ids is assumed, and so are the sentences.
 */
export const usersExternalIdsRename: Endpoint = {
  method: "POST",
  path: "/users/external_ids/rename",
  permission: "users.external_ids.rename",
  rateGroup: "external_ids",
  handle: async ({ workspace, body, nowMs }) => {
    const entries = body.external_id_renames;
    if (!Array.isArray(entries) || entries.length === 0) {
      return failure(400, "'external_id_renames' must be an array of objects");
    }
    if (entries.length > MOST_ENTRIES) return failure(400, "The max number of ids per request was exceeded");
    const renamed: string[] = [];
    const errors: Json[] = [];
    const identities = () => entries.flatMap((entry) => keysOf(renameOf(entry)));
    await write(workspace, nowMs, identities, () => {
      for (const [index, entry] of entries.entries()) {
        const rename = renameOf(entry);
        const problem = problemOf(workspace, rename, entry);
        if (typeof rename === "string" || problem !== undefined) {
          errors.push([index, problem ?? String(rename)]);
          continue;
        }
        renameUser(workspace, rename);
        renamed.push(rename.renamed);
      }
    });
    return {
      status: 201,
      body: {
        message: "success",
        external_ids: renamed,
        ...(errors.length === 0 ? {} : { rename_errors: errors }),
      },
    };
  },
};

function renameOf(entry: Json): Rename | string {
  const { current_external_id: current, new_external_id: renamed } = (entry ?? {}) as JsonObject;
  if (typeof current !== "string" || current === "") return "'current_external_id' is required";
  if (typeof renamed !== "string" || renamed === "") return "'new_external_id' is required";
  return { current, renamed };
}

function problemOf(workspace: BrazeWorkspace, rename: Rename | string, entry: Json): string | undefined {
  if (typeof rename === "string") return rename;
  const { current, renamed } = rename;
  if (current === renamed) return "'current_external_id' and 'new_external_id' cannot be the same";
  const user = workspace.users.byExternalId(current);
  if (user === undefined) return "no user has this 'current_external_id'";
  if (user.external_id !== current) return "'current_external_id' is deprecated";
  if (workspace.users.byExternalId(renamed) !== undefined) return "'new_external_id' is already in use";
  return workspace.faults.rejection(entry as JsonObject, "external_id_renames");
}

function renameUser(workspace: BrazeWorkspace, { current, renamed }: Rename): void {
  const user = workspace.users.byExternalId(current);
  if (user === undefined) return;
  workspace.users.setExternalId(user, renamed);
  workspace.touch(user);
}

function keysOf(rename: Rename | string): string[] {
  if (typeof rename === "string") return [];
  return [rename.current, rename.renamed].map((externalId) => identityKey({ by: "external_id", externalId }));
}
