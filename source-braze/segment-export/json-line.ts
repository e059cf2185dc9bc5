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
