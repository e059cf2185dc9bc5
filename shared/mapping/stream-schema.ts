import { isObject, type Json, type JsonObject } from "../json";
import { getOwn } from "./own";

/** What a stream's schema says of a field: its schema, nothing, or that there is no such field. */
export type Finding = JsonObject | "unknown" | "absent";

/**
 * Looks a field up in the schema of a stream, by the rules of field paths.
 * @returns "absent" only where the schema rules it out: it is closed (`additionalProperties: false`), or says
 * that there is nothing to nest in
 */
export function findField(schema: JsonObject, field: string): Finding {
  return find(schema, field.split("."));
}

function find(schema: JsonObject, names: readonly string[]): Finding {
  if (names.length === 0) return schema;
  const level = soleBranch(schema);
  if (isNever(level, "object", "array")) return "absent";
  if (isObject(level.items) && mayBe(level, "array") && !isObject(level.properties)) {
    return /^\d+$/.test(names[0] ?? "") ? find(level.items, names.slice(1)) : "unknown";
  }
  const properties = propertiesOf(level);
  let result: Finding = isClosed(level) ? "absent" : "unknown";
  for (let end = names.length; end > 0; end -= 1) {
    const property = getOwn(properties, names.slice(0, end).join("."));
    if (!isObject(property)) continue;
    const found = find(property, names.slice(end));
    if (isObject(found)) return found;
    if (found === "unknown") result = "unknown";
  }
  return result;
}

export const propertiesOf = (schema: JsonObject): JsonObject =>
  isObject(schema.properties) ? schema.properties : {};

const isClosed = (schema: JsonObject): boolean =>
  schema.additionalProperties === false && schema.patternProperties === undefined;

/** `{"anyOf": [{"type": "null"}, X]}` says no more than X. */
export function soleBranch(schema: JsonObject): JsonObject {
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    const values = branches.filter((branch) => !isObject(branch) || branch.type !== "null");
    const [only] = values;
    if (values.length === 1 && isObject(only)) return only;
  }
  return schema;
}

/** The JSON types that a field may have, apart from null; undefined when its schema does not say. */
export function typesOf(schema: JsonObject): ReadonlySet<string> | undefined {
  const { type, enum: values, airbyte_type: airbyteType } = soleBranch(schema);
  const named =
    type === undefined && Array.isArray(values) ? values.filter(isNotNull).map(typeOf) : [type].flat();
  const types = named.filter((name): name is string => typeof name === "string" && name !== "null");
  if (types.length === 0) return undefined;
  // Airbyte's older spelling of integers: {"type": "number", "airbyte_type": "integer"}.
  return new Set(types.map((name) => (name === "number" && airbyteType === "integer" ? "integer" : name)));
}

const isNotNull = (value: Json): boolean => value !== null;

const typeOf = (value: Json): string => (Array.isArray(value) ? "array" : typeof value);

const mayBe = (schema: JsonObject, type: string): boolean => typesOf(schema)?.has(type) ?? true;

/** Whether the schema rules all of these types out. */
export const isNever = (schema: Finding, ...types: string[]): boolean =>
  isObject(schema) && !types.some((type) => mayBe(schema, type));

/** Whether the schema allows nothing but this type. */
export const isAlways = (schema: Finding, type: string): boolean => {
  const types = isObject(schema) ? typesOf(schema) : undefined;
  return types?.size === 1 && types.has(type);
};
