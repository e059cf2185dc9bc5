import { isObject, type Json } from "@braze-connectors/shared/json";

/** Whether values of records may stand in the report, or only their form. */
export type ValueDisplay = "masked" | "shown";

/** Enough for a secret inside to be recognised as a whole before the value is cut further. */
const mostCharacters = 2000;

/**
 * A value of a record as the report may say it. Masked, it keeps what tells a wrong form from a right one (length,
 * punctuation, letters or digits) and nothing of the content: `2026-13-45` becomes `9999-99-99`.
 */
export function shownValue(value: Json, display: ValueDisplay): string {
  return cut(display === "shown" ? plain(value) : masked(value), mostCharacters);
}

/** As text; only what is needed of a huge value is printed. */
function plain(value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  try {
    return JSON.stringify(value);
  } catch {
    return "(nested too deep to be shown)";
  }
}

function masked(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return "true or false";
  if (typeof value === "number") return maskedText(String(value));
  if (typeof value === "string") return value === "" ? "(empty text)" : maskedText(value);
  if (Array.isArray(value)) return `list of ${value.length}`;
  return isObject(value) ? `object with ${Object.keys(value).length} fields` : "";
}

/** Letters become x or X, digits 9, and what belongs to no alphabet or punctuation ?. */
export const maskedText = (text: string): string =>
  cut(text, mostCharacters)
    .replaceAll(/[\p{L}\p{M}]/gu, (letter) => (/\p{Lu}/u.test(letter) ? "X" : "x"))
    .replaceAll(/\p{N}/gu, "9")
    .replaceAll(/[^\x20-\x7e\n\t…]/gu, "?");

/** Never in the middle of a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text[most - 1] ?? "") ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}
