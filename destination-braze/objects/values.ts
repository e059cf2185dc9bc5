import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import time from "@braze-connectors/spec/schemas/braze/time";

/** Braze cuts longer texts in custom attributes (developer_guide/analytics/setting_user_attributes). */
export const longestText = 255;
/** Attribute names, and names inside nested attributes (setting_user_attributes; nested_custom_attribute_support). */
export const longestName = 255;
/** Levels of objects and arrays in one value: more than anybody means, few enough for every JSON parser. */
const deepestNesting = 90;

/** Whether a value nests deeper than Braze's parsers and ours can be expected to follow. */
export function nestsTooDeep(value: Json, levels = deepestNesting): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((child) => nestsTooDeep(child, levels - 1));
  for (const key in value) {
    const child = value[key] as Json;
    if (typeof child === "object" && nestsTooDeep(child, levels - 1)) return true;
  }
  return false;
}

export const tooDeep = `is nested more than ${deepestNesting} levels deep`;

/**
 * Removes nulls from inside a value: one null inside a nested attribute makes Braze drop all nested
 * updates of that attribute (post_user_track, FAQ).
 */
export function withoutNestedNulls(value: Json): Json {
  if (Array.isArray(value)) {
    return value.some(holdsNull) ? value.filter((item) => item !== null).map(withoutNestedNulls) : value;
  }
  if (!isObject(value) || !Object.values(value).some(holdsNull)) return value;
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    if (child !== null) setOwn(result, key, withoutNestedNulls(child));
  }
  return result;
}

function holdsNull(value: Json): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  return Object.values(value).some(holdsNull);
}

const operators = new Set(["inc", "add", "remove", "$add", "$update", "$remove"]);

/** Whether an object is meant as an operation on an attribute, right or wrong, and not as a new value for it. */
export function namesOperation(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => operators.has(key));
}

/**
 * What is wrong with a custom attribute's value: what Braze would drop without a word, although it
 * answers with success. Undefined when nothing is; nulls are out already.
 * Sources: user_attributes_object, nested_custom_attribute_support, array_of_objects.
 */
export function attributeProblem(value: Json): string | undefined {
  if (typeof value !== "object" || value === null) return plainProblem(value);
  if (!isObject(value) || !namesOperation(value)) return nestedProblem(value);
  return operationProblem(value);
}

/**
 * JSON.parse has rounded what lies beyond 2^53, and made infinity of what lies beyond 10^308: sending that
 * would be sending another number. Fractions are what every reader rounds.
 */
export const isInexact = (value: number): boolean =>
  !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));

export const inexact = "is too large a number to be read exactly: send it as text";

/** Half of a surrogate pair is no character: no UTF-8 can hold it, so it can't be stored as it is. */
export const isBroken = (text: string): boolean => !text.isWellFormed();

export const broken = "holds half of a character (a lone surrogate)";

/** What is wrong with a plain value wherever it stands. */
const plainProblem = (value: Json): string | undefined => {
  if (typeof value === "number") return isInexact(value) ? inexact : undefined;
  return typeof value === "string" && isBroken(value) ? broken : undefined;
};

/** What is wrong with a plain value, or a name, anywhere inside a value. */
export function innerProblem(value: Json): string | undefined {
  if (typeof value !== "object" || value === null) return plainProblem(value);
  if (!Array.isArray(value) && Object.keys(value).some(isBroken)) return broken;
  return firstProblem(Object.values(value), innerProblem);
}

function operationProblem(operation: JsonObject): string | undefined {
  const { inc, ...changes } = operation;
  if (inc !== undefined && (Object.keys(changes).length > 0 || !Number.isSafeInteger(inc))) {
    return `must be incremented by a whole number: {"inc": 1}`;
  }
  for (const [name, elements] of Object.entries(changes)) {
    if (!Array.isArray(elements)) return `needs an array under "${name}"`;
    for (const element of elements) {
      const problem = name.startsWith("$") ? elementProblem(name, element) : numberOrText(name, element);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

const numberOrText = (name: string, element: Json): string | undefined =>
  typeof element === "object" ? `takes only plain values under "${name}"` : attributeProblem(element);

/** An element of `$add` (an object), `$remove` (a selector) or `$update` (a selector with the new object). */
function elementProblem(name: string, element: Json): string | undefined {
  if (!isObject(element)) return `takes only objects under "${name}"`;
  if (name === "$add") return nestedProblem(element);
  const { $identifier_key: key, $identifier_value: value, $new_object: replacement } = element;
  if (typeof key !== "string" || value === undefined)
    return `needs "$identifier_key" and "$identifier_value" under "${name}"`;
  if (name === "$remove") return undefined;
  return isObject(replacement) ? nestedProblem(replacement) : `needs "$new_object" under "${name}"`;
}

function nestedProblem(value: Json): string | undefined {
  if (typeof value !== "object" || value === null) return plainProblem(value);
  if (Array.isArray(value)) return firstProblem(value, nestedProblem);
  for (const key in value) {
    const problem = key === "$time" ? timeProblem(value[key]) : nameProblem(key);
    if (problem !== undefined) return problem;
  }
  return firstProblem(Object.values(value), nestedProblem);
}

function firstProblem(values: readonly Json[], problemOf: (value: Json) => string | undefined) {
  for (const value of values) {
    const problem = problemOf(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (isBroken(name)) return broken;
  if (name !== "" && name.length <= longestName && !/[.$ ]/.test(name)) return undefined;
  return `holds the name ${JSON.stringify(name.slice(0, 80))}: names inside a nested attribute have 1 to ${longestName} characters and no dot, dollar sign or space`;
}

const timePattern = new RegExp(time.pattern, "u");

/** Braze stores no nested times beyond the year 3000. */
function timeProblem(value: Json | undefined): string | undefined {
  const valid =
    typeof value === "string" && timePattern.test(value) && !/^(300[1-9]|30[1-9]|3[1-9]|[4-9])/.test(value);
  return valid ? undefined : `holds a "$time" that is not a time in ISO 8601 before the year 3001`;
}
