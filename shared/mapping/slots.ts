import type { Slot } from "./compiled";
import type { Merge } from "./entry";
import { mergeObject, mergeRules, setUnmerged } from "./merges";
import { columnNormaliser } from "./normalise/column";
import type { Normaliser } from "./normalise/normaliser";
import type { ObjectRules } from "./objects";
import type { Finding } from "./stream-schema";
import { compilePut, type TargetPath } from "./target-path";

/** What a slot depends on beside its own target. */
export interface SlotOptions {
  rules: ObjectRules;
  nullValues: "ignore" | "clear";
  /** Whether some field of the entry is merged as an object. */
  entryMergesObjects: boolean;
}

/**
 * Compiles where a value goes and how.
 * @param schema what the stream's schema says of the value
 * @param exact whether `merge_object` was asked for this very value, and not for all remaining ones
 */
export function compileSlot(
  path: TargetPath,
  schema: Finding,
  merge: Merge,
  options: SlotOptions,
  exact: boolean,
): Slot {
  const { rules, nullValues, entryMergesObjects } = options;
  const [name = ""] = path;
  const isWhole = path.length === 1;
  const isCustom = !rules.fields.has(name);
  const mergesObjects = merge === "merge_object" && isCustom;
  const replaces = merge === "set" || merge === "set_or_clear";
  let { operate } = mergeRules[merge];
  if (mergesObjects && isWhole && exact) operate = mergeObject;
  if (entryMergesObjects && isCustom && replaces) operate = setUnmerged;
  const clears = rules.keepsNulls && isWhole;
  const followsNullValues = merge === "set" || merge === "merge_object";
  return {
    path,
    put: compilePut(path),
    normalise: valueNormaliser(path, schema, rules),
    operate,
    clearsNull: clears && (merge === "set_or_clear" || (followsNullValues && nullValues === "clear")),
    clearsMissing: clears && merge === "set_or_clear",
    ifEmpty: merge === "set_if_empty",
    mergesObjects,
  };
}

/** First what the column's schema says of the value, then what its target asks for. */
export function valueNormaliser(
  path: TargetPath,
  schema: Finding,
  rules: ObjectRules,
): Normaliser | undefined {
  if (!rules.normalises) return undefined;
  const ofColumn = typeof schema === "string" ? undefined : columnNormaliser(schema);
  const ofTarget = path.length === 1 ? rules.normalisers.get(path[0] ?? "") : undefined;
  if (!ofColumn || !ofTarget) return ofColumn ?? ofTarget;
  return (value) => ofTarget(ofColumn(value));
}
