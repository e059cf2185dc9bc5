import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";

/** `{"inc": n}`: adds to an integer attribute (user_attributes_object). */
export type Increment = { inc: number };
/** `{"add": […], "remove": […]}`: changes an array attribute. */
export type ArrayChange = { add?: Json[]; remove?: Json[] };

export function isIncrement(value: JsonObject): value is Increment {
  return typeof value.inc === "number" && Object.keys(value).length === 1;
}

export function isArrayChange(value: JsonObject): value is ArrayChange {
  const keys = Object.keys(value);
  return (
    keys.length > 0 && keys.every((key) => (key === "add" || key === "remove") && Array.isArray(value[key]))
  );
}

/** `{"$add": …, "$update": …, "$remove": …}`: changes an array of objects (array_of_objects). */
export const isObjectArrayChange = (value: JsonObject): boolean =>
  Object.keys(value).some((key) => key.startsWith("$"));

/** Whether a value changes the attribute instead of setting it. */
export const isOperation = (value: Json): boolean =>
  typeof value === "object" &&
  isObject(value) &&
  (isIncrement(value) || isArrayChange(value) || isObjectArrayChange(value));
