import { emptyObject, isJsonObject, type Json, type JsonObject } from "../../json";
import { parseTime } from "./times";

/** docs: data/activation/attributes/data_types and nested_custom_attribute_support, array_of_objects */
export const MAX_TEXT_CHARACTERS = 255;
const MAX_NESTED_BYTES = 100_000;

/** What a custom attribute becomes: a value, nothing (removed), or unchanged because Braze drops the update. */
export type Outcome = { set: Json } | { remove: true } | { drop: string };

export interface MergeRules {
  /** `_merge_objects` of the attributes object; false overwrites nested objects. */
  mergeObjects: boolean;
  /** Longest array of scalars, in elements; more drop out at the front. */
  arrayElements: number;
}

/** What a custom attribute is after an update with `update`, given its `current` value. */
export function mergedAttribute(current: Json | undefined, update: Json, rules: MergeRules): Outcome {
  if (update === null) return { remove: true };
  if (typeof update === "string") return { set: shortened(update) };
  if (typeof update !== "object") return { set: update };
  if (Array.isArray(update)) return mergedArray(update, rules);
  if ("inc" in update && hasOnly(update, INC_KEYS)) return increment(current, update.inc);
  if (("add" in update || "remove" in update) && hasOnly(update, ARRAY_KEYS))
    return arrayChange(current, update, rules);
  if (hasOperator(update)) return objectArrayChange(current, update, rules);
  return nestedObject(current, update, rules);
}

/**
 * docs: user_attributes_object: only integers can be incremented, by integers.
 * Assumed: a missing attribute counts from 0, anything else that is not an integer drops the update.
 */
function increment(current: Json | undefined, by: Json | undefined): Outcome {
  if (typeof by !== "number" || !Number.isInteger(by)) return { drop: "'inc' needs an integer" };
  if (current === undefined) return { set: by };
  if (typeof current !== "number" || !Number.isInteger(current)) {
    return { drop: "only an integer attribute can be incremented" };
  }
  return { set: current + by };
}

function mergedArray(update: Json[], rules: MergeRules): Outcome {
  if (update.some(isJsonObject)) return objectArray(update);
  // docs: user_attributes_object (older text): "multi-dimensional arrays are not supported".
  if (update.some(Array.isArray)) return { drop: "arrays of arrays are not supported" };
  return { set: asSet(update, rules) };
}

/** Assumed: with both operators in one object, `add` goes first, as documented for `$add` and `$remove`. */
function arrayChange(current: Json | undefined, update: JsonObject, rules: MergeRules): Outcome {
  const add = update.add ?? [];
  const remove = update.remove ?? [];
  if (!Array.isArray(add) || !Array.isArray(remove)) return { drop: "'add' and 'remove' need arrays" };
  if (current !== undefined && !Array.isArray(current)) return { drop: "only an array can be added to" };
  const removed = new Set(
    remove.map((element) => (typeof element === "string" ? shortened(element) : element)),
  );
  // With nothing there yet, `remove` alone makes no attribute.
  if (current === undefined && add.length === 0) return { drop: "nothing to remove from" };
  const all = asSet([...(current ?? []), ...add], rules);
  return { set: removed.size === 0 ? all : all.filter((element) => !removed.has(element)) };
}

/**
 * Arrays are sets: an element that comes again moves to the end (docs: user_attributes_object);
 * beyond the limit the oldest go (docs: data_types, "the first movie will be removed").
 */
function asSet(elements: Json[], rules: MergeRules): Json[] {
  const set = new Set<Json>();
  for (const element of elements) {
    if (element === null) continue;
    const value = typeof element === "string" ? shortened(element) : element;
    set.delete(value);
    set.add(value);
  }
  const unique = [...set];
  return unique.length > rules.arrayElements ? unique.slice(-rules.arrayElements) : unique;
}

/** docs: nested_custom_attribute_support: replaced unless `_merge_objects`, which merges at every level. */
function nestedObject(current: Json | undefined, update: JsonObject, rules: MergeRules): Outcome {
  const invalid = invalidNested(update);
  if (invalid !== undefined) return { drop: invalid };
  const next =
    rules.mergeObjects && isJsonObject(current) ? deepMerge(current, update) : shortenedDeep(update);
  return withinSize(next);
}

function objectArray(update: Json[]): Outcome {
  for (const element of update) {
    const invalid = isJsonObject(element) ? invalidNested(element) : "an array of objects holds objects only";
    if (invalid !== undefined) return { drop: invalid };
  }
  return withinSize(update.map(shortenedDeep));
}

/**
 * docs: array_of_objects, "Processing order": `$add`, then `$remove`, then `$update`; `$update`
 * replaces the object unless `_merge_objects`.
 */
function objectArrayChange(current: Json | undefined, update: JsonObject, rules: MergeRules): Outcome {
  if (!hasOnly(update, OBJECT_ARRAY_KEYS)) return { drop: "unknown operator for an array of objects" };
  const { $add: add = [], $remove: remove = [], $update: change = [] } = update;
  if (!Array.isArray(add) || !Array.isArray(remove) || !Array.isArray(change)) {
    return { drop: "'$add', '$remove' and '$update' need arrays" };
  }
  if (current !== undefined && !Array.isArray(current)) return { drop: "not an array of objects" };
  for (const element of add) {
    const invalid = isJsonObject(element) ? invalidNested(element) : "'$add' needs objects";
    if (invalid !== undefined) return { drop: invalid };
  }
  let next: Json[] = [...(current ?? []), ...add.map(shortenedDeep)];
  for (const selector of remove) {
    if (!isSelector(selector)) return { drop: "'$remove' needs '$identifier_key' and '$identifier_value'" };
    next = next.filter((element) => !selects(selector, element));
  }
  for (const selector of change) {
    const replacement = isSelector(selector) ? selector.$new_object : undefined;
    if (!isSelector(selector) || !isJsonObject(replacement)) {
      return { drop: "'$update' needs '$identifier_key', '$identifier_value' and '$new_object'" };
    }
    const invalid = invalidNested(replacement);
    if (invalid !== undefined) return { drop: invalid };
    next = next.map((element) => {
      if (!selects(selector, element) || !isJsonObject(element)) return element;
      return rules.mergeObjects ? deepMerge(element, replacement) : shortenedDeep(replacement);
    });
  }
  return withinSize(next);
}

interface Selector extends JsonObject {
  $identifier_key: string;
  $identifier_value: Json;
}

function isSelector(value: Json): value is Selector {
  return (
    isJsonObject(value) && typeof value.$identifier_key === "string" && value.$identifier_value !== undefined
  );
}

function selects(selector: Selector, element: Json): boolean {
  return isJsonObject(element) && element[selector.$identifier_key] === selector.$identifier_value;
}

/**
 * docs: nested_custom_attribute_support: null or a badly formatted `$time` drops the whole update;
 * keys take no `.`, no `$` and no space. Assumed: a key that is not allowed drops the update too.
 */
function invalidNested(value: JsonObject): string | undefined {
  for (const key in value) {
    if (key === "$time") {
      const epochMs = parseTime(value.$time);
      if (epochMs === undefined) return "'$time' is not a valid time";
      const year = new Date(epochMs).getUTCFullYear();
      if (year < 0 || year > 3000) return "'$time' is outside the years 0 to 3000";
      continue;
    }
    if (key === "" || key.length > MAX_TEXT_CHARACTERS || /[.$ ]/.test(key)) {
      return `'${key.slice(0, 40)}' is not allowed as a nested key`;
    }
    const invalid = invalidNestedValue(value[key]);
    if (invalid !== undefined) return invalid;
  }
  return undefined;
}

function invalidNestedValue(value: Json | undefined): string | undefined {
  if (value === null || value === undefined) return "null is not allowed inside a nested attribute";
  if (Array.isArray(value)) {
    for (const element of value) {
      const invalid = invalidNestedValue(element);
      if (invalid !== undefined) return invalid;
    }
    return undefined;
  }
  return typeof value === "object" ? invalidNested(value) : undefined;
}

function deepMerge(current: JsonObject, update: JsonObject): JsonObject {
  const merged = Object.assign(emptyObject(), current);
  for (const key in update) {
    const value = update[key] as Json;
    const before = merged[key];
    merged[key] =
      isJsonObject(before) && isJsonObject(value) ? deepMerge(before, value) : shortenedDeep(value);
  }
  return merged;
}

/** docs: array_of_objects, nested_custom_attribute_support: beyond 100 KB Braze drops the update. */
function withinSize(value: Json): Outcome {
  return Buffer.byteLength(JSON.stringify(value)) > MAX_NESTED_BYTES
    ? { drop: "larger than 100 KB" }
    : { set: value };
}

/** docs: developer_guide/analytics/setting_user_attributes: "longer values will be truncated". */
export function shortened(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? text.slice(0, MAX_TEXT_CHARACTERS) : text;
}

function shortenedDeep(value: Json): Json {
  if (typeof value === "string") return shortened(value);
  if (Array.isArray(value)) return value.map(shortenedDeep);
  if (!isJsonObject(value)) return value;
  const copy = emptyObject();
  for (const key in value) copy[key] = shortenedDeep(value[key] as Json);
  return copy;
}

const INC_KEYS = new Set(["inc"]);
const ARRAY_KEYS = new Set(["add", "remove"]);
const OBJECT_ARRAY_KEYS = new Set(["$add", "$remove", "$update"]);

function hasOnly(object: JsonObject, keys: Set<string>): boolean {
  for (const key in object) if (!keys.has(key)) return false;
  return true;
}

function hasOperator(object: JsonObject): boolean {
  for (const key in object) if (OBJECT_ARRAY_KEYS.has(key)) return true;
  return false;
}
