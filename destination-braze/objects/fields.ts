import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { textOf } from "./identity";
import type { Reason } from "./object";
import { holdsInexact, inexact } from "./values";

/** The columns of a record that an object has; nulls are left out. */
export function takeFields(record: JsonObject, fields: readonly string[]): JsonObject {
  const body: JsonObject = {};
  for (const field of fields) {
    const value: Json | undefined = Object.hasOwn(record, field) ? record[field] : undefined;
    if (value !== undefined && value !== null) setOwn(body, field, value);
  }
  return body;
}

/** The columns that an object does not take from a stream. */
export const otherColumns = (columns: readonly string[], taken: readonly string[]): string[] =>
  columns.filter((column) => !taken.includes(column));

/** Why a field with a number that JSON.parse has rounded can't be sent, for the first such field. */
export function inexactField(body: JsonObject): Reason | undefined {
  const field = Object.keys(body).find((name) => holdsInexact(body[name] as Json));
  if (field === undefined) return undefined;
  return { code: "invalid_value", field, message: `${field} holds a number that ${inexact}.` };
}

/**
 * Makes fields that name somebody or something text: a number is taken as text, as it is in identifiers.
 * @param body changed in place
 * @returns why that is not possible, for the first field of which it is not
 */
export function takeNames(body: JsonObject, fields: readonly string[]): Reason | undefined {
  for (const field of fields) {
    const value = body[field];
    if (value === undefined) return missing(field);
    const text = textOf(value);
    if (text === undefined) {
      const problem = Number.isInteger(value) ? inexact : "must be text";
      return { code: "invalid_value", field, message: `${field} ${problem}.` };
    }
    body[field] = text;
  }
  return undefined;
}

export const missing = (field: string): Reason => ({
  code: "invalid_value",
  field,
  message: `${field} is missing.`,
});
