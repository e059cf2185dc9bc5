import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { textOf } from "./identity";
import type { Reason } from "./object";
import { inexact, innerProblem } from "./values";

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

/** What is wrong with the first field whose value can't be sent as it was meant, if one can't. */
export function unsendableField(body: JsonObject): Reason | undefined {
  for (const field of Object.keys(body)) {
    const problem = innerProblem(body[field] as Json);
    if (problem === undefined) continue;
    const what = problem === inexact ? `holds a number that ${inexact}` : problem;
    return { code: "invalid_value", field, message: `${field} ${what}.` };
  }
  return undefined;
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
