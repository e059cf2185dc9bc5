import type { JsonObject } from "@braze-connectors/shared/json";
import schema from "@braze-connectors/spec/schemas/braze/user_aliases";
import validate from "@braze-connectors/spec/validators/validateUserAliases";
import { otherColumns, takeFields, takeNames } from "../fields";
import { aliasKey } from "../identity";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject, Prepared, Reason } from "../object";
import { fieldsOf } from "../offer";

const fields = Object.keys(schema.properties);

/** `POST /users/alias/new` (post_user_alias). An alias that exists is left as it is, with success. */
const added = listSlot({
  name: "user_aliases",
  endpoint: listEndpoint({
    path: "/users/alias/new",
    permission: "users.alias.new",
    rateGroup: "user identities",
  }),
  // Once more, when it has another name since, it would be a further alias, and a further user.
  repeatable: false,
});

/** `POST /users/alias/update` (post_users_alias_update). */
const renamed = listSlot({
  name: "alias_updates",
  endpoint: listEndpoint({
    path: "/users/alias/update",
    permission: "users.alias.update",
    rateGroup: "user identities",
  }),
  // Once more it might find another alias that was given the old name since.
  repeatable: false,
  undoes: true,
});

/** A new alias for a user, or a new name for an alias: which of the two, the record's fields say. */
export const userAliases: BrazeObject = {
  name: "user_aliases",
  slot: added,
  slots: [added, renamed],
  validate,
  offer: {
    modes: ["append", "append_dedup"],
    likeAppend: ["overwrite"],
    matchingKeys: ["external_id"],
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record, { createUsers }) {
    const body = takeFields(record, fields);
    if (body.old_alias_name !== undefined || body.new_alias_name !== undefined) return prepareRename(body);
    const problem = takeNames(body, [
      "alias_label",
      "alias_name",
      ...(body.external_id !== undefined ? ["external_id"] : []),
    ]);
    if (problem) return { reasons: [problem] };
    if (!createUsers && body.external_id === undefined) return { reasons: [wouldCreate] };
    const { external_id: id, alias_label: label, alias_name: name } = body as Record<string, string>;
    const also = id === undefined ? undefined : [`external_id:${id}`];
    return { body, identity: aliasKey(`${label}`, `${name}`), also, slot: added };
  },
};

function prepareRename(body: JsonObject): Prepared {
  const foreign = ["alias_name", "external_id"].find((field) => body[field] !== undefined);
  if (foreign !== undefined) return { reasons: [bothWays(foreign)] };
  const problem = takeNames(body, ["alias_label", "old_alias_name", "new_alias_name"]);
  if (problem) return { reasons: [problem] };
  const {
    alias_label: label,
    old_alias_name: before,
    new_alias_name: after,
  } = body as Record<string, string>;
  const also = [aliasKey(`${label}`, `${after}`)];
  return { body, identity: aliasKey(`${label}`, `${before}`), also, slot: renamed };
}

const wouldCreate: Reason = {
  code: "invalid_value",
  field: "external_id",
  message: "external_id is missing: without it Braze creates a user, which create_users does not allow.",
};

const bothWays = (field: string): Reason => ({
  code: "invalid_value",
  field,
  message: `${field} does not go with old_alias_name and new_alias_name: a record either adds an alias or renames one.`,
});
