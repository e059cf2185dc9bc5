import type { Json, JsonObject } from "@braze-connectors/shared/json";
import type { Identity } from "../identity";
import type { ObjectOptions } from "../object";
import { isInexact, longestName, longestText } from "../values";

/**
 * Whether a record is the object for Braze just as it is: then nothing needs to be built, and its text
 * can travel unchanged. True of most records that a mapping or a warehouse brings; says no where looking
 * closer would cost more than building the object does.
 */
export function isPlainRecord(record: JsonObject, identity: Identity, options: ObjectOptions): boolean {
  if (options.segmentExport || !options.createUsers) return false;
  if (identity.name === "user_alias" || identity.name === "braze_id") return false;
  if (record[identity.name] !== identity.value) return false;
  for (const column in record) {
    if (column.length === 0 || column.length > longestName || hasOtherMeaning(column, identity)) return false;
    if (!isPlain(record[column] as Json)) return false;
  }
  return true;
}

/** Identifiers that are not chosen are left out; names with an underscore in front are for the whole object. */
const hasOtherMeaning = (column: string, { name }: Identity): boolean =>
  column.startsWith("_") ||
  column === "push_token_import" ||
  (column !== name && (column === "external_id" || column === "user_alias" || column === "braze_id"));

function isPlain(value: Json): boolean {
  if (typeof value === "string") return value.length <= longestText;
  if (typeof value === "object") return Array.isArray(value) && value.every(isPlainElement);
  return typeof value === "boolean" || !isInexact(value);
}

const isPlainElement = (element: Json): boolean =>
  typeof element === "number" ? !isInexact(element) : typeof element !== "object";
