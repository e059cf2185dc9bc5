import { isJsonObject, type Json, type JsonObject } from "../../json";
import { parseTime } from "../track/times";

const MOST_CHARACTERS = 5000;
const DEEPEST = 50;

/** What is wrong with a value; ids of errors as in docs: post_create_catalog_items_bulk, "Troubleshooting". */
export type ValueProblem =
  | "items-too-large"
  | "invalid-keys-in-value-object"
  | "too-deep-nesting-in-value-object"
  | "unable-to-coerce-value";

/** Converts a value to the type of its field. Which conversions Braze knows is assumed. */
const COERCIONS: Record<string, (value: Json) => Json | undefined> = {
  string: (value) => (typeof value === "object" ? undefined : String(value)),
  number: (value) => {
    if (typeof value === "number") return value;
    return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
      ? Number(value)
      : undefined;
  },
  boolean: (value) => {
    if (typeof value === "boolean") return value;
    return value === "true" || value === "false" ? value === "true" : undefined;
  },
  time: (value) => (parseTime(value) === undefined ? undefined : value),
  object: (value) => (isJsonObject(value) ? value : undefined),
  array: (value) => (Array.isArray(value) ? value : undefined),
};

export const FIELD_TYPES: ReadonlySet<string> = new Set(Object.keys(COERCIONS));

/** The value as the catalog keeps it; null empties the field, whatever its type. */
export function coerced(type: string, value: Json): { value: Json } | ValueProblem {
  if (value === null) return { value };
  const problem = problemInside(value, 0);
  if (problem !== undefined) return problem;
  const result = COERCIONS[type]?.(value);
  return result === undefined ? "unable-to-coerce-value" : { value: result };
}

function problemInside(value: Json, depth: number): ValueProblem | undefined {
  if (typeof value === "string") return value.length > MOST_CHARACTERS ? "items-too-large" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= DEEPEST) return "too-deep-nesting-in-value-object";
  if (!Array.isArray(value) && Object.keys(value).some((key) => /[.$]/.test(key))) {
    return "invalid-keys-in-value-object";
  }
  for (const child of Object.values(value)) {
    const problem = problemInside(child, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export interface ArrayChange {
  $add?: Json[];
  $remove?: Json[];
}

/** docs: patch_catalog_items_bulk: `$add` and `$remove` for array fields, in PATCH only. */
export function arrayChange(value: Json): ArrayChange | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  const isChange =
    entries.length > 0 &&
    entries.every(([key, list]) => (key === "$add" || key === "$remove") && Array.isArray(list));
  return isChange ? (value as JsonObject & ArrayChange) : undefined;
}

/** Compares elements by their JSON. */
export function changedArray(before: Json | undefined, { $add = [], $remove = [] }: ArrayChange): Json[] {
  const gone = new Set($remove.map((each) => JSON.stringify(each)));
  const kept = (Array.isArray(before) ? before : []).filter((each) => !gone.has(JSON.stringify(each)));
  return [...kept, ...$add];
}
