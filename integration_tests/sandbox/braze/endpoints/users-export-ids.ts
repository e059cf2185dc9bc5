import type { Json, JsonObject } from "../../json";
import { type Endpoint, failure, success } from "../endpoint";
import {
  EVERYTHING,
  type ExportField,
  exportedUser,
  isExportField,
  type Selection,
} from "../exports/exported-user";
import { isAlias } from "../track/identity";
import type { BrazeUser } from "../user";
import type { BrazeWorkspace } from "../workspace";

const MAX_IDS = 50;

/** docs: api/endpoints/export/user_data/post_users_identifier */
export const usersExportIds: Endpoint = {
  method: "POST",
  path: "/users/export/ids",
  permission: "users.export.ids",
  rateGroup: "export_ids",
  handle: ({ workspace, body, nowMs }) => {
    const lookups = requestedLookups(workspace, body);
    if (lookups.length === 0) return failure(400, "No user identifiers were provided.");
    // docs: api/errors
    if (lookups.length > MAX_IDS) return failure(400, "The max number of ids per request was exceeded");
    const selection = requestedSelection(body.fields_to_export);
    if (typeof selection === "string") return failure(400, selection);

    const found = new Set<BrazeUser>();
    const invalid: string[] = [];
    for (const { users, shown } of lookups) {
      if (users.length === 0) invalid.push(shown);
      for (const user of users) found.add(user);
    }
    return success({
      users: [...found].map((user) => exportedUser(user, selection, nowMs)),
      ...(invalid.length === 0 ? {} : { invalid_user_ids: invalid }),
    });
  },
};

interface Lookup {
  users: BrazeUser[];
  /** how `invalid_user_ids` names it */
  shown: string;
}

function requestedLookups(workspace: BrazeWorkspace, body: JsonObject): Lookup[] {
  const { users } = workspace;
  const lookups: Lookup[] = [];
  const add = (shown: string, user: BrazeUser | undefined) =>
    lookups.push({ users: user === undefined ? [] : [user], shown });
  for (const id of list(body.external_ids)) if (typeof id === "string") add(id, users.byExternalId(id));
  for (const alias of list(body.user_aliases)) {
    if (isAlias(alias)) add(alias.alias_name, users.byAlias(alias));
  }
  if (typeof body.braze_id === "string") add(body.braze_id, users.byBrazeId(body.braze_id));
  if (typeof body.email_address === "string") {
    const sharing = [...users.sharingEmail(body.email_address)];
    lookups.push({ users: sharing, shown: body.email_address });
  }
  if (typeof body.phone === "string") add(body.phone, users.byPhone(body.phone));
  if (typeof body.device_id === "string") {
    const id = body.device_id;
    const owners = [...users.all()].filter((user) => user.devices?.some((device) => device.device_id === id));
    lookups.push({ users: owners, shown: id });
  }
  return lookups;
}

/** All fields when none are given. */
function requestedSelection(fields: Json | undefined): Selection | string {
  if (fields === undefined || fields === null) return EVERYTHING;
  const unknown = list(fields).filter((field) => !(typeof field === "string" && isExportField(field)));
  if (unknown.length > 0) return `Invalid fields in 'fields_to_export': ${unknown.join(", ")}`;
  return { fields: list(fields) as ExportField[] };
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
