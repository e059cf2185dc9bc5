import { isObject, type Json, type JsonObject } from "../json";
import { getOwn } from "./own";

/** Gets a field out of a record; undefined when the record does not have it. */
export type Reader = (record: JsonObject) => Json | undefined;

/**
 * Compiles the path of a field. Dots lead into nested objects, whole numbers into lists:
 * `address.city`, `phones.0.number`. A key that itself contains the dots wins over the nested field.
 */
export function compileFieldPath(field: string): Reader {
  if (!field.includes(".")) return (record) => getOwn(record, field);
  const names = field.split(".");
  const keys = names.map((_, position) => keysFrom(names, position));
  return (record) => read(record, names, keys, 0);
}

/** A key that the path may mean at some position, and the position behind it. */
interface PossibleKey {
  key: string;
  next: number;
}

/** The longest key comes first. */
const keysFrom = (names: readonly string[], position: number): PossibleKey[] =>
  names
    .slice(position)
    .map((_, index) => position + index + 1)
    .map((next) => ({ key: names.slice(position, next).join("."), next }))
    .reverse();

function read(
  value: Json | undefined,
  names: readonly string[],
  keys: readonly PossibleKey[][],
  position: number,
): Json | undefined {
  if (position === names.length) return value;
  if (Array.isArray(value)) {
    const index = indexOf(names[position]);
    return index === undefined ? undefined : read(value[index], names, keys, position + 1);
  }
  if (!isObject(value)) return undefined;
  for (const { key, next } of keys[position] ?? []) {
    if (!Object.hasOwn(value, key)) continue;
    const found = read(value[key], names, keys, next);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A list's own property `length` is no element. */
export const indexOf = (name: string | undefined): number | undefined =>
  name !== undefined && /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : undefined;
