import type { Json, JsonObject } from "@braze-connectors/shared/json";

/**
 * Whether a text is what `JSON.stringify` prints for the object parsed from it, but for the order of its
 * members: no name twice, no number in another spelling, no white space. Then it can be sent as it is,
 * which saves printing it. Found by length alone: whatever may be spelled in another way of the same or
 * of less length counts as not printed, so only the printed text has the length of the printed text.
 * @returns false also for what is rare: nested values, numbers that have a short spelling with an exponent
 */
export function isPrinted(text: string, object: JsonObject): boolean {
  let length = 1;
  for (const name in object) {
    const value = printedLength(object[name] as Json);
    if (value === unknown) return false;
    // Quotes, colon, and the comma or the closing brace.
    length += name.length + 4 + value;
  }
  return length === text.length;
}

const unknown = -1;

function printedLength(value: Json): number {
  switch (typeof value) {
    case "string":
      // One that needs escapes is longer in the text: then the lengths differ.
      return value.length + 2;
    case "number":
      return hasShortSpelling(value) ? unknown : String(value).length;
    case "boolean":
      return value ? 4 : 5;
    default:
      return Array.isArray(value) ? printedArrayLength(value) : value === null ? 4 : unknown;
  }
}

function printedArrayLength(array: readonly Json[]): number {
  let length = array.length === 0 ? 2 : 1;
  for (const element of array) {
    const printed = typeof element === "object" ? unknown : printedLength(element);
    if (printed === unknown) return unknown;
    length += printed + 1;
  }
  return length;
}

/** `1e2` is as short as 100, `1e-2` as 0.01, and `1e22` shorter than 1e+22. */
const hasShortSpelling = (value: number): boolean =>
  (value !== 0 && (value % 100 === 0 || Math.abs(value) < 0.1)) || Math.abs(value) >= 1e21;
