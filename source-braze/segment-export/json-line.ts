import { isUtf8 } from "node:buffer";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";

/** A line that was proven to hold one JSON object. */
export interface JsonLine {
  /** The object as text, without white space around it. */
  text: string;
  /** Its keys, in order. */
  keys: string[];
  /** The object as JavaScript has it: big numbers have lost digits. */
  value: JsonObject;
}

/** What is wrong with a line. */
export class NotAnObjectError extends Error {
  override readonly name = "NotAnObjectError";
}

/**
 * Proves that a line holds one JSON object.
 * @throws NotAnObjectError
 */
export function parseLine(line: Buffer): JsonLine {
  // Decoding would replace invalid bytes without a word.
  if (!isUtf8(line)) throw new NotAnObjectError("it is not valid UTF-8");
  const text = line.toString("utf8").trim();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotAnObjectError("it is not JSON");
  }
  if (!isObject(value)) throw new NotAnObjectError("it is JSON, but not an object");
  return { text, keys: Object.keys(value), value };
}

/**
 * The members of an object given as valid JSON text: each key with the text of its value, so that a value
 * (a big integer, say) can be passed on as it was written.
 */
export function* membersOf(text: string): Generator<{ key: string; valueText: string }> {
  let at = 1;
  for (;;) {
    while (isBetween(text.charCodeAt(at))) at += 1;
    if (text[at] !== '"') return;
    const keyEnd = endOfString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = text.indexOf(":", keyEnd) + 1;
    at = endOfValue(text, start);
    yield { key, valueText: text.slice(start, at).trim() };
  }
}

/** White space and commas. */
const isBetween = (code: number): boolean =>
  code === 0x20 || code === 0x2c || code === 0x09 || code === 0x0a || code === 0x0d;

/** The place behind a string that starts at a place. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** The place of the comma or brace behind a value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; ) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    else if (depth > 0 && (character === "}" || character === "]")) depth -= 1;
    else if (depth === 0 && (character === "," || character === "}")) return at;
    at += 1;
  }
}
