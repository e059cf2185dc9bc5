import { isHostColumn } from "@braze-connectors/shared/airbyte/host-columns";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import schema from "@braze-connectors/spec/schemas/braze/user_attributes";
import validate from "@braze-connectors/spec/validators/validateUserAttributes";
import { deleteUsers } from "../delete-users/delete-users";
import {
  type IdentifierColumn,
  type Identity,
  identifierColumns,
  identify,
  isIdentity,
  preferring,
  segmentExportColumns,
} from "../identity";
import type { BrazeObject, ObjectOptions, Prepared, Reason } from "../object";
import { limitToExisting } from "../occurrence";
import { fieldsOf } from "../offer";
import { attributes } from "../track/track";
import {
  attributeProblem,
  isBroken,
  longestName,
  longestText,
  namesOperation,
  withoutNestedNulls,
} from "../values";
import { PlainRecords } from "./plain-record";
import { exportOnlyColumns } from "./segment-export";

/** Identifiers that are no attributes: only the one chosen travels, once. */
const pureIdentifiers = new Set(["external_id", "user_alias", "braze_id"]);
/** What concerns the whole object; it has no value that could be cleared. */
const objectOptions = new Set(["_update_existing_only", "_merge_objects", "push_token_import"]);
/** Profile fields that hold objects: they follow rules of their own, which the schema knows. */
const structuredFields = new Set([
  "current_location",
  "facebook",
  "push_tokens",
  "subscription_groups",
  "twitter",
]);

const plainRecords = new PlainRecords();

/** User profiles: each column is a profile field of Braze or a custom attribute (user_attributes_object). */
export const users: BrazeObject = {
  name: "users",
  slot: attributes,
  slots: [attributes],
  validate,
  offer: {
    modes: ["append", "append_dedup", "update", "soft_delete"],
    likeAppend: ["overwrite"],
    matchingKeys: identifierColumns,
    schema: fieldsOf(schema, { additionalProperties: true }),
  },

  ignoredColumns(columns, { segmentExport }) {
    return columns.filter(
      (column) => isHostColumn(column) || (segmentExport && exportOnlyColumns.has(column)),
    );
  },

  prepare(record, options): Prepared {
    const identity = identify(record, columnsFor(options));
    if (!isIdentity(identity)) return { reasons: [identity] };
    if (plainRecords.has(record, identity, options)) {
      return { body: record, identity: identity.key, isValid: true };
    }
    return prepareUser(record, identity, options);
  },

  forMode: (mode) => (mode === "soft_delete" ? deleteUsers : users),
};

function columnsFor({ segmentExport, matchBy }: ObjectOptions): readonly IdentifierColumn[] {
  const columns = segmentExport ? segmentExportColumns : identifierColumns;
  return matchBy === undefined ? columns : preferring<IdentifierColumn>(columns, matchBy);
}

/** Builds the object of a record, whatever the record is like. */
export function prepareUser(record: JsonObject, identity: Identity, options: ObjectOptions): Prepared {
  const profile = new Profile(options);
  if (options.segmentExport) addExported(profile, record);
  else for (const column in record) if (!isHostColumn(column)) profile.set(column, record[column] as Json);
  if (profile.reasons.length > 0) return { reasons: profile.reasons };

  const { body, notes } = profile;
  body[identity.name] = identity.value;
  limitToExisting(body, identity, options);
  if (identity.name === "braze_id") notes.push(byBrazeId);
  return { body, identity: identity.key, ...(notes.length > 0 ? { notes } : {}) };
}

const byBrazeId =
  "name their user by braze_id: Braze ignores them, without saying so, where the workspace does not know the id";

/** The columns of an exported user: `custom_attributes` is spread, what can't be written is left out. */
function addExported(profile: Profile, record: JsonObject): void {
  for (const column in record) {
    const value = record[column] as Json;
    if (column === "custom_attributes" && isObject(value)) {
      for (const name in value) if (!objectOptions.has(name)) profile.set(name, value[name] as Json);
    } else if (
      column !== "custom_attributes" &&
      column !== "user_aliases" &&
      !exportOnlyColumns.has(column) &&
      !isHostColumn(column)
    ) {
      profile.set(column, value);
    }
  }
}

/** A user attributes object under construction. */
class Profile {
  readonly body: JsonObject = {};
  readonly reasons: Reason[] = [];
  readonly notes: string[] = [];

  constructor(private readonly options: ObjectOptions) {}

  set(name: string, value: Json): void {
    if (pureIdentifiers.has(name)) return;
    if (value === null) {
      if (this.options.nullValues === "clear" && !objectOptions.has(name)) setOwn(this.body, name, null);
      return;
    }
    if (name === "" || name.length > longestName) {
      this.reject(name, `is not a name for an attribute: names have 1 to ${longestName} characters`);
      return;
    }
    if (isBroken(name)) {
      this.reject(name.toWellFormed(), "has a name that holds half of a character (a lone surrogate)");
      return;
    }
    const kept = typeof value === "object" ? withoutNestedNulls(value) : value;
    // An operation without an operand changes nothing; what is left of it would be taken for a value.
    if (
      isObject(value) &&
      kept !== value &&
      namesOperation(value) &&
      Object.keys(kept as JsonObject).length === 0
    )
      return;
    const problem = structuredFields.has(name) ? undefined : attributeProblem(kept);
    if (problem !== undefined) this.reject(name, problem);
    else if (typeof kept === "string" && kept.length > longestText)
      this.notes.push(`have a ${name} of which Braze keeps the first ${longestText} characters`);
    setOwn(this.body, name, kept);
  }

  private reject(name: string, problem: string): void {
    const field = name.slice(0, 300);
    this.reasons.push({ code: "invalid_value", field, message: `${field} ${problem}.` });
  }
}
