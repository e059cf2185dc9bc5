import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { type Identity, identifierColumns, identify, isIdentity, preferring } from "./identity";
import type { ObjectOptions, Prepared } from "./object";
import { inexact, innerProblem, withoutNestedNulls } from "./values";

/** The columns that an occurrence does not take from a stream. */
export function ignoredColumns(columns: readonly string[], taken: readonly string[]): string[] {
  const known: readonly string[] = [...taken, ...identifierColumns];
  return columns.filter((column) => !known.includes(column));
}

/**
 * Something that happened to a user once (event, purchase): its own fields and one identifier. Nulls
 * are left out: an occurrence has nothing that could be cleared.
 * @param taken the fields of the object
 */
export function prepareOccurrence(
  record: JsonObject,
  taken: readonly string[],
  options: ObjectOptions,
): Prepared {
  const identity = identify(record, preferring(identifierColumns, options.matchBy));
  if (!isIdentity(identity)) return { reasons: [identity] };
  const body: JsonObject = { [identity.name]: identity.value };
  for (const field of taken) {
    const value: Json | undefined = record[field];
    if (value === undefined || value === null) continue;
    const problem = innerProblem(value);
    if (problem !== undefined) {
      const what = problem === inexact ? `holds a number that ${inexact}` : problem;
      return { reasons: [{ code: "invalid_value", field, message: `${field} ${what}.` }] };
    }
    body[field] = withoutNestedNulls(value);
  }
  limitToExisting(body, identity, options);
  const notes = notesOn(body.properties, taken);
  return { body, identity: identity.key, ...(notes.length > 0 ? { notes } : {}) };
}

/** Names that properties can't have, of events and of purchases (tracking_custom_events; logging_purchases). */
const reservedInEvents: readonly string[] = ["time", "event_name"];
const reservedInPurchases: readonly string[] = [
  ...reservedInEvents,
  "product_id",
  "quantity",
  "price",
  "currency",
];

/** What Braze does with a property under a reserved name it does not say: it may be lost. */
function notesOn(properties: Json | undefined, taken: readonly string[]): string[] {
  if (!isObject(properties)) return [];
  const reserved = taken.includes("product_id") ? reservedInPurchases : reservedInEvents;
  const used = reserved.filter((name) => Object.hasOwn(properties, name));
  return used.map((name) => `have a property "${name}", a name that Braze reserves: it may be lost`);
}

/** An alias-only user is created only on an explicit false; all others unless told otherwise. */
export function limitToExisting(body: JsonObject, { name }: Identity, { createUsers }: ObjectOptions): void {
  if (!createUsers) body._update_existing_only = true;
  else if (name === "user_alias") body._update_existing_only ??= false;
}
