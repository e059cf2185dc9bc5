import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { type Identity, identifierColumns, identify, isIdentity, preferring } from "./identity";
import type { ObjectOptions, Prepared } from "./object";
import { holdsInexact, inexact, withoutNestedNulls } from "./values";

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
    if (holdsInexact(value)) {
      return {
        reasons: [{ code: "invalid_value", field, message: `${field} holds a number that ${inexact}.` }],
      };
    }
    body[field] = withoutNestedNulls(value);
  }
  limitToExisting(body, identity, options);
  return { body, identity: identity.key };
}

/** An alias-only user is created only on an explicit false; all others unless told otherwise. */
export function limitToExisting(body: JsonObject, { name }: Identity, { createUsers }: ObjectOptions): void {
  if (!createUsers) body._update_existing_only = true;
  else if (name === "user_alias") body._update_existing_only ??= false;
}
