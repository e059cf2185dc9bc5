import { isObject, type Json, type JsonObject } from "../json";
import type { CompiledRemaining, Slot } from "./compiled";
import type { EntryParts } from "./entry";
import { getOwn, setOwn } from "./own";
import { findField, propertiesOf, soleBranch } from "./stream-schema";
import { parseTargetPath, type TargetPath } from "./target-path";

/** The schema of what a mapping makes of a stream's records. */
export function projectSchema(
  { identifiers = [], fields = [], static: statics = [] }: EntryParts,
  remaining: CompiledRemaining | undefined,
  schema: JsonObject,
  kept: readonly string[],
): JsonObject {
  const properties: JsonObject = {};
  const declare = (path: TargetPath, declared: JsonObject): void => declareAt(properties, path, declared);
  const schemaOf = (field: string): JsonObject => {
    const found = findField(schema, field);
    return isObject(found) ? found : {};
  };
  for (const column of kept) declare([column], schemaOf(column));
  for (const { field, as, label } of identifiers) {
    declare([as], label === undefined ? schemaOf(field) : { type: ["null", "string"] });
  }
  for (const { field, as } of fields) declare(parseTargetPath(as), schemaOf(field));
  for (const { as, value } of statics) declare(parseTargetPath(as), { type: typeOf(value) });
  if (remaining) declareRemaining(remaining, schema, declare);
  const required = Array.isArray(schema.required)
    ? schema.required.filter((column) => typeof column === "string" && kept.includes(column))
    : [];
  return {
    ...schema,
    properties,
    ...(required.length > 0 || schema.required !== undefined ? { required } : {}),
    additionalProperties: remaining !== undefined,
  };
}

function declareRemaining(
  { slotOf, spread }: CompiledRemaining,
  schema: JsonObject,
  declare: (path: TargetPath, declared: JsonObject) => void,
): void {
  const declareAll = (properties: JsonObject, find: (column: string) => Slot | undefined): void => {
    for (const [column, declared] of Object.entries(properties)) {
      const slot = find(column);
      if (slot && isObject(declared)) declare(slot.path, declared);
    }
  };
  const columns = propertiesOf(schema);
  for (const { column, slotOf: slotOfEntry } of spread) {
    const declared = getOwn(columns, column);
    if (isObject(declared)) declareAll(propertiesOf(soleBranch(declared)), slotOfEntry);
  }
  // After the entries, for a column of the same name wins.
  declareAll(columns, slotOf);
}

/** Declares a property, and the objects that it is nested in. */
function declareAt(properties: JsonObject, [name = "", ...deeper]: TargetPath, declared: JsonObject): void {
  if (deeper.length === 0) {
    setOwn(properties, name, declared);
    return;
  }
  const present = getOwn(properties, name);
  const container = isObject(present) ? present : { type: "object", properties: {} };
  setOwn(properties, name, container);
  declareAt(propertiesOf(container), deeper, declared);
}

const typeOf = (value: Json): string => (Array.isArray(value) ? "array" : typeof value);
