import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { type ArrayChange, isArrayChange, isIncrement, isOperation } from "../objects/operations";

/** Keys that concern the whole object; objects that differ in one of them can't become one. */
const objectOptions = ["_update_existing_only", "_merge_objects", "push_token_import"] as const;

/**
 * Two attribute objects of one user, the earlier and the later, as one with the same effect: the last
 * value wins, `inc` sums, `add` and `remove` combine (user_attributes_object).
 * @returns undefined when no single object has the effect of both
 */
export function mergeAttributes(earlier: JsonObject, later: JsonObject): JsonObject | undefined {
  if (objectOptions.some((key) => earlier[key] !== later[key])) return undefined;
  const merged: JsonObject = { ...earlier };
  const mergesObjects = later._merge_objects === true;
  for (const [key, value] of Object.entries(later)) {
    const before = Object.hasOwn(earlier, key) ? earlier[key] : undefined;
    const combined = before === undefined ? value : mergeValue(key, before, value, mergesObjects);
    if (combined === undefined) return undefined;
    setOwn(merged, key, combined);
  }
  return merged;
}

/** Profile fields of which Braze's pages don't say whether a new value replaces the old one or adds to it. */
const neverMerged = new Set(["push_tokens", "facebook", "twitter"]);

function mergeValue(key: string, before: Json, after: Json, mergesObjects: boolean): Json | undefined {
  if (neverMerged.has(key)) return undefined;
  if (key === "subscription_groups") return mergeSubscriptions(before, after);
  if (!isObject(after)) return after;
  if (isIncrement(after)) return mergeIncrement(before, after.inc);
  if (isArrayChange(after)) return mergeArrayChange(before, after);
  if (isOperation(after)) return undefined;
  if (!mergesObjects) return after;
  return isObject(before) && !isOperation(before) ? mergeNested(before, after) : undefined;
}

function mergeIncrement(before: Json, increment: number): Json | undefined {
  if (isObject(before))
    return isIncrement(before) ? exact(before.inc + increment, (inc) => ({ inc })) : undefined;
  // Braze increments integers only; what it makes of anything else is not documented.
  return Number.isSafeInteger(before) ? exact((before as number) + increment, (sum) => sum) : undefined;
}

const exact = (sum: number, make: (sum: number) => Json): Json | undefined =>
  Number.isSafeInteger(sum) ? make(sum) : undefined;

function mergeArrayChange(before: Json, change: ArrayChange): Json | undefined {
  const { add = [], remove = [] } = change;
  if (contradicts(change)) return undefined;
  if (Array.isArray(before)) {
    return before.some((element) => typeof element === "object")
      ? undefined
      : union(without(before, remove), add);
  }
  if (!isObject(before) || !isArrayChange(before) || contradicts(before)) return undefined;
  const added = union(without(before.add ?? [], remove), add);
  const removed = union(without(before.remove ?? [], add), remove);
  if (removed.length === 0) return { add: added };
  return added.length === 0 ? { remove: removed } : { add: added, remove: removed };
}

/** Whether an element is both added and removed: which of the two comes first is not documented. */
const contradicts = ({ add = [], remove = [] }: ArrayChange): boolean =>
  without(add, remove).length < add.length;

function mergeSubscriptions(before: Json, after: Json): Json | undefined {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const groupOf = (entry: Json): Json | undefined =>
    isObject(entry) ? entry.subscription_group_id : undefined;
  const changed = new Set(after.map(groupOf));
  return [...before.filter((entry) => !changed.has(groupOf(entry))), ...after];
}

/** @returns undefined where a plain value gave way to an object: sent as one, it would be merged into an older object */
function mergeNested(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const merged: JsonObject = { ...before };
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const both = isObject(value) && old !== undefined ? mergeObjects(old, value) : value;
    if (both === undefined) return undefined;
    setOwn(merged, key, both);
  }
  return merged;
}

const mergeObjects = (before: Json, after: JsonObject): JsonObject | undefined =>
  isObject(before) ? mergeNested(before, after) : undefined;

function without(elements: readonly Json[], removed: readonly Json[]): Json[] {
  const gone = new Set(removed);
  return elements.filter((element) => !gone.has(element));
}

/** Braze's arrays are sets of plain values; an added element moves to the end. */
const union = (elements: readonly Json[], added: readonly Json[]): Json[] => [
  ...without(elements, added),
  ...added,
];
