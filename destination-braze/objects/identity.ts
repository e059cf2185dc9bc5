import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import type { Reason } from "./object";
import { broken, inexact, isBroken, isInexact } from "./values";

/**
 * The columns that can identify a user, in Braze's own order: the first one that has a value counts
 * (post_user_track).
 */
export const identifierColumns = ["external_id", "user_alias", "braze_id", "email", "phone"] as const;

/**
 * For exported users `braze_id` comes last: every exported user has one, and it means nothing in
 * another workspace.
 */
export const segmentExportColumns = [
  "external_id",
  "user_alias",
  "user_aliases",
  "email",
  "phone",
  "braze_id",
] as const;

/** A column that may identify a user; `user_aliases` as an export has them. */
export type IdentifierColumn = (typeof segmentExportColumns)[number];

/** The identifier under which a record's user is addressed. */
export interface Identity {
  /** Tells users apart; equal for records of the same user that are identified in the same way. */
  key: string;
  /** The key–value pair for the Braze object. */
  name: (typeof identifierColumns)[number];
  value: Json;
}

/**
 * Finds the identifier of a record.
 * @param columns that may identify, in order of preference
 * @returns the identity, or why there is none
 */
export function identify(
  record: JsonObject,
  columns: readonly IdentifierColumn[] = identifierColumns,
): Identity | Reason {
  for (const column of columns) {
    const value = record[column];
    if (value === undefined || value === null || value === "") continue;
    if (column === "user_alias") return aliasIdentity(value);
    if (column !== "user_aliases") return plainIdentity(column, value);
    if (Array.isArray(value) && value[0] !== undefined) return aliasIdentity(value[0]);
  }
  const possible = columns.filter((column) => column !== "user_aliases");
  const names = `${possible.slice(0, -1).join(", ")}${possible.length > 1 ? " or " : ""}${possible.at(-1)}`;
  return { code: "missing_identifier", message: `The record has no ${names}.` };
}

export const isIdentity = (result: Identity | Reason): result is Identity => "key" in result;

/** Columns with the one that the user has chosen in front. */
export const preferring = <Column extends IdentifierColumn>(
  columns: readonly Column[],
  chosen: IdentifierColumn | undefined,
): readonly Column[] => {
  const first = columns.filter((column) => column === chosen);
  return first.length === 0 ? columns : [...first, ...columns.filter((column) => column !== chosen)];
};

/** The key of an identity that is an alias. */
export const aliasKey = (label: string, name: string): string =>
  `user_alias:${JSON.stringify([label, name])}`;

function plainIdentity(name: Exclude<Identity["name"], "user_alias">, value: Json): Identity | Reason {
  const text = textOf(value);
  if (text === undefined) {
    return invalid(name, typeof value === "number" ? inexact : "must be text");
  }
  if (isBroken(text)) return invalid(name, broken);
  // Braze compares email addresses without regard to case.
  return { key: `${name}:${name === "email" ? text.toLowerCase() : text}`, name, value: text };
}

function aliasIdentity(value: Json): Identity | Reason {
  const name = isObject(value) ? textOf(value.alias_name) : undefined;
  const label = isObject(value) ? textOf(value.alias_label) : undefined;
  if (!name || !label) {
    return invalid("user_alias", "must be an object with the texts alias_name and alias_label");
  }
  if (isBroken(name + label)) return invalid("user_alias", broken);
  return {
    key: aliasKey(label, name),
    name: "user_alias",
    value: { alias_name: name, alias_label: label },
  };
}

/** Text, or a number as text; undefined for everything else, also for a number that JSON.parse has rounded. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return undefined;
  return isInexact(value) ? undefined : String(value);
}

const invalid = (field: string, problem: string): Reason => ({
  code: "invalid_value",
  field,
  message: `${field} ${problem}.`,
});
