import schema from "@braze-connectors/spec/schemas/braze/rename_external_ids";
import validate from "@braze-connectors/spec/validators/validateRenameExternalIds";
import { otherColumns, takeFields, takeNames } from "../fields";
import { listEndpoint, listSlot } from "../list-endpoint";
import type { BrazeObject } from "../object";
import { fieldsOf } from "../offer";
import { judgeRenames } from "./judge-renames";

const fields = Object.keys(schema.properties);

/** `POST /users/external_ids/rename` (post_external_ids_rename). */
const slot = listSlot({
  name: "external_id_renames",
  endpoint: listEndpoint({
    path: "/users/external_ids/rename",
    permission: "users.external_ids.rename",
    rateGroup: "rename external ids",
    judge: judgeRenames,
  }),
  // Once more it is an error: nobody has the old id.
  repeatable: false,
  undoes: true,
});

/** New external_ids for users. */
export const renameExternalIds: BrazeObject = {
  name: "rename_external_ids",
  slot,
  slots: [slot],
  validate,
  offer: {
    modes: ["append", "update"],
    likeAppend: ["append_dedup", "overwrite"],
    matchingKeys: ["current_external_id"],
    schema: fieldsOf(schema),
  },
  ignoredColumns: (columns) => otherColumns(columns, fields),
  prepare(record) {
    const body = takeFields(record, fields);
    const problem = takeNames(body, ["current_external_id", "new_external_id"]);
    if (problem) return { reasons: [problem] };
    const { current_external_id: current, new_external_id: renamed } = body;
    return { body, identity: `external_id:${current}`, also: [`external_id:${renamed}`] };
  },
};
