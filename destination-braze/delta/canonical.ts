import { isObject, type Json } from "@braze-connectors/shared/json";

/**
 * A value as text, equal for values that are the same to Braze: key order and the spelling of numbers
 * don't matter, and neither do order and repetition in an array attribute, for Braze's arrays are sets
 * (user_attributes_object). Inside nested attributes arrays keep their order.
 */
export function canonicalAttribute(value: Json): string {
  if (!Array.isArray(value) || value.some((item) => typeof item === "object" && item !== null))
    return canonical(value);
  return `set{${[...new Set(value.map(canonical))].sort().join(",")}}`;
}

function canonical(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}
