import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { cut } from "./shown-value";

const mostCharacters = 400;
/** Values of a record that are looked for in a message: more than any record has that means well. */
const mostValues = 50_000;
/** Shorter values stand in too many words by chance. */
const shortestValue = 3;

/**
 * What Braze says of a record, without what is the record's own: its values, e-mail addresses, long numbers. So
 * the same complaint about a thousand records is one complaint, and no value leaves the record by this way.
 */
export function withoutValues(message: string, record: JsonObject): string {
  let text = cut(message, mostCharacters);
  for (const value of valuesIn(record)) {
    if (text.includes(value)) text = text.replaceAll(asWords(value), "…");
  }
  return withoutAddresses(text).replaceAll(/\d{4,}/g, "…");
}

/** Where a value stands by itself: "pro" does not stand in "provided". */
const asWords = (value: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_])${value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}(?![\\p{L}\\p{N}_])`,
    "gu",
  );

const withoutAddresses = (text: string): string => text.replaceAll(/[^\s"'<>@]+@[^\s"'<>@]+/g, "…");

/** The same for what we say ourselves: that names fields, and of nested attributes names and places. */
export function withoutPlaces(message: string): string {
  const text = cut(message, mostCharacters)
    .replaceAll(/\.\d+(?=[.\s])/g, ".*")
    .replaceAll(/holds the name "(?:[^"\\]|\\.)*"/g, 'holds the name "…"');
  return withoutAddresses(text);
}

/** The longest first, so that no part of one stays behind. */
function valuesIn(record: JsonObject): string[] {
  const found: string[] = [];
  const columns = new Set(Object.keys(record));
  const collect = (value: Json): void => {
    if (found.length >= mostValues || value === null || typeof value === "boolean") return;
    if (typeof value === "object") {
      for (const child of Object.values(value)) collect(child);
      return;
    }
    const text = String(value);
    if (text.length >= shortestValue && !columns.has(text)) found.push(text);
  };
  collect(record);
  return found.sort((a, b) => b.length - a.length);
}
