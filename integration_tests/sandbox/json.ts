/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * An empty object without a prototype: a key such as `__proto__` is a key like any other in it.
 * Everything that is written under names that users choose lives in one of these.
 */
export function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}
