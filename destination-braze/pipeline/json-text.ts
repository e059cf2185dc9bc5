import type { RecordJson } from "../messages";
import { isPrinted } from "./printed";
import type { Outgoing } from "./update";

/** Size of an object as JSON, in bytes. */
export function sizeOf(outgoing: Outgoing): number {
  outgoing.sizeBytes ??= Buffer.byteLength(jsonOf(outgoing));
  return outgoing.sizeBytes;
}

/** Writes an object's JSON text to a place with room for `sizeOf`. @returns how many bytes it took */
export function writeJson(outgoing: Outgoing, target: Buffer, at: number): number {
  const text = jsonOf(outgoing);
  // As many bytes as characters: all of them are ASCII, and are only copied.
  return target.write(text, at, sizeOf(outgoing) === text.length ? "latin1" : "utf8");
}

/** What is sent of an object, as JSON text. */
export function jsonOf(outgoing: Outgoing): string {
  if (outgoing.json === undefined) {
    const untouched = untouchedJson(outgoing);
    outgoing.json = untouched?.text ?? JSON.stringify(outgoing.sent ?? outgoing.body);
    outgoing.sizeBytes = untouched?.sizeBytes;
  }
  return outgoing.json;
}

/** The text that the host sent, if the object is the record just as it came. */
function untouchedJson({ sent, body, updates: [update] }: Outgoing): RecordJson | undefined {
  const { data, json } = update?.record ?? {};
  return json && data === (sent ?? body) && isPrinted(json.text, data) ? json : undefined;
}
