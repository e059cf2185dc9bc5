import schema from "@braze-connectors/spec/schemas/braze/user_aliases";
import validate from "@braze-connectors/spec/validators/validateUserAliases";
import { missing, otherColumns, takeFields } from "../fields";
import { aliasKey } from "../identity";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject } from "../object";
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
});

/** A new alias for a user, or a new name for an alias: which of the two, the record's fields say. */
export const userAliases: BrazeObject = {
  name: "user_aliases",
  slot: added,
  slots: [added, renamed],
  validate,
  offer: { modes: ["append", "append_dedup"], matchingKeys: ["external_id"], schema: fieldsOf(schema) },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record) {
    const body = takeFields(record, fields);
    const { alias_label: label, alias_name: name, old_alias_name: before, new_alias_name: after } = body;
    const { external_id: id } = body;
    if (typeof label !== "string") return { reasons: [missing("alias_label")] };
    if (before !== undefined || after !== undefined) {
      if (typeof before !== "string") return { reasons: [missing("old_alias_name")] };
      if (typeof after !== "string") return { reasons: [missing("new_alias_name")] };
      const also = [aliasKey(label, after)];
      return { body, identity: aliasKey(label, before), also, slot: renamed };
    }
    if (typeof name !== "string") return { reasons: [missing("alias_name")] };
    const also = typeof id === "string" ? [`external_id:${id}`] : undefined;
    return { body, identity: aliasKey(label, name), also, slot: added };
  },
};
