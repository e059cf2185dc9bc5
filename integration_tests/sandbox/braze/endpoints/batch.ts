import { isJsonObject, type Json, type JsonObject } from "../../json";
import { type Answer, failure } from "../endpoint";
import type { BatchArray } from "../track/tracked";
import type { BrazeWorkspace } from "../workspace";

/** Most entries in the lists of the endpoints for aliases, identities and recipients. */
export const MOST_ENTRIES = 50;

/** docs: api/errors: "Caused by calling more than 50 external IDs." */
export const TOO_MANY = "The max number of external_ids and aliases per request was exceeded";

/**
 * The entries of a request's list, or the answer that refuses the whole request. The sentence for what is no
 * array is Braze's own (docs: post_users_merge), taken for the other lists as well.
 */
export function entriesOf(body: JsonObject, array: BatchArray): Json[] | Answer {
  const entries = body[array];
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isJsonObject)) {
    return failure(400, `'${array}' must be an array of objects`);
  }
  return entries.length > MOST_ENTRIES ? failure(400, TOO_MANY) : entries;
}

export interface Judged<T> {
  accepted: T[];
  /** as they stand in the answer */
  errors: JsonObject[];
}

/**
 * Tells entries that Braze takes from those with an error of their own. That errors look as those of
 * /users/track is assumed: the pages only say that there may be "minor error messages".
 * @param parse gives what is to be done, or why the entry is refused
 */
export function judge<T>(
  workspace: BrazeWorkspace,
  array: BatchArray,
  entries: readonly Json[],
  parse: (entry: JsonObject) => T | string,
): Judged<T> {
  const judged: Judged<T> = { accepted: [], errors: [] };
  for (const [index, entry] of entries.entries()) {
    const object = isJsonObject(entry) ? entry : {};
    const parsed = isJsonObject(entry) ? parse(entry) : "not an object";
    const reason = typeof parsed === "string" ? parsed : workspace.faults.rejection(object, array);
    if (typeof parsed !== "string" && reason === undefined) {
      judged.accepted.push(parsed);
      continue;
    }
    const type = reason ?? String(parsed);
    judged.errors.push({ type, input_array: array, index });
    workspace.noteRejection({ array, index, reason: type, object });
  }
  return judged;
}

/** 201 with what was processed, or 400 when nothing was valid; with the errors either way. */
export function batchAnswer(arrays: readonly BatchArray[], processed: number, errors: JsonObject[]): Answer {
  const listed: JsonObject = errors.length === 0 ? {} : { errors };
  if (processed === 0 && errors.length > 0) {
    const fields = arrays.map((array) => `'${array}'`).join(", ");
    return { status: 400, body: { message: `Valid data must be provided in ${fields}.`, ...listed } };
  }
  return { status: 201, body: { aliases_processed: processed, message: "success", ...listed } };
}
