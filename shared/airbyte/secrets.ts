import { isObject } from "../json";

const mask = "****";
/** Shorter values are removed where they are words of their own. */
const fewestCharacters = 4;

/**
 * Knows every secret value of this run and removes it from text. All human-readable output passes
 * through one instance (see output.ts), so that a secret can't reach a log or an error.
 *
 * Of values so short that they hide nothing, only whole words are removed: every "e" replaced by asterisks
 * makes a message unreadable, and keeps no secret.
 */
export class Secrets {
  private spellings: string[] = [];

  /** Registers a secret, also as it looks trimmed, URL-encoded and inside JSON. */
  add(secret: string): void {
    const all = [secret, secret.trim()].flatMap(spellingsOf).filter((spelling) => spelling.trim() !== "");
    this.spellings = [...new Set([...this.spellings, ...all])];
  }

  redact(text: string): string {
    const covered = mergeRanges(this.spellings.flatMap((spelling) => occurrences(text, spelling)));
    let result = "";
    let position = 0;
    for (const [start, end] of covered) {
      result += text.slice(position, start) + mask;
      position = end;
    }
    return result + text.slice(position);
  }
}

function spellingsOf(secret: string): string[] {
  // Half a surrogate pair can't be URL-encoded; it becomes the replacement character, as on every wire.
  const wellFormed = Buffer.from(secret).toString();
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  return [secret, wellFormed, encodeURIComponent(wellFormed), inForm, JSON.stringify(secret).slice(1, -1)];
}

type Range = [start: number, end: number];

/** Where a secret stands in a text, also where it overlaps itself. */
function occurrences(text: string, secret: string): Range[] {
  const found: Range[] = [];
  const isShort = secret.trim().length < fewestCharacters;
  for (let start = text.indexOf(secret); start !== -1; start = text.indexOf(secret, start + 1)) {
    const end = start + secret.length;
    if (!isShort || isWord(text, start, end)) found.push([start, end]);
  }
  return found;
}

/** Whether neither a letter nor a digit stands beside a part of a text. */
function isWord(text: string, start: number, end: number): boolean {
  // Two units hold any character.
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return !/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after);
}

/** Joins ranges that overlap: of two secrets that share a part, none may leave its tail behind. */
function mergeRanges(ranges: Range[]): Range[] {
  const merged: Range[] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** The names of all properties marked `airbyte_secret` anywhere in a schema. */
export function secretKeys(schema: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) {
    for (const item of schema) secretKeys(item, keys);
  } else if (isObject(schema)) {
    const properties = schema.properties;
    if (isObject(properties)) {
      for (const [key, property] of Object.entries(properties)) {
        if (isObject(property) && property.airbyte_secret === true) keys.add(key);
      }
    }
    for (const child of Object.values(schema)) secretKeys(child, keys);
  }
  return keys;
}

/**
 * All values in a config that stand under a secret key, wherever they stand and in whatever they are
 * wrapped: also a config that does not validate must not leak.
 */
export function secretValues(config: unknown, keys: ReadonlySet<string>, isSecret = false): string[] {
  if (Array.isArray(config)) return config.flatMap((item) => secretValues(item, keys, isSecret));
  if (isObject(config)) {
    return Object.entries(config).flatMap(([key, value]) =>
      secretValues(value, keys, isSecret || keys.has(key)),
    );
  }
  return isSecret && (typeof config === "string" || typeof config === "number") ? [String(config)] : [];
}
