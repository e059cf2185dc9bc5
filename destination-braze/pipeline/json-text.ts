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
  const { utf8 } = outgoing;
  if (!utf8) return target.write(jsonOf(outgoing), at, writtenEncoding(outgoing));
  target.set(utf8, at);
  return utf8.length;
}

/** The fastest encoding that is right: of a text with as many bytes as characters these are only copied. */
export const writtenEncoding = (outgoing: Outgoing): "latin1" | "utf8" =>
  sizeOf(outgoing) === jsonOf(outgoing).length ? "latin1" : "utf8";

/** What is sent of an object, as JSON text. */
export function jsonOf(outgoing: Outgoing): string {
  if (outgoing.json === undefined && outgoing.utf8 !== undefined) {
    outgoing.json = Buffer.from(outgoing.utf8).toString();
  } else if (outgoing.json === undefined) {
    const untouched = untouchedJson(outgoing);
    outgoing.json = untouched?.text ?? JSON.stringify(outgoing.sent ?? outgoing.body);
    outgoing.sizeBytes = untouched?.sizeBytes;
  }
  return outgoing.json;
}

/** The text that the host sent, if the object is the record just as it came. */
function untouchedJson({ sent, body, updates: [update] }: Outgoing): RecordJson | undefined {
  const { data, json } = update?.record ?? {};
  return json && data && data === (sent ?? body) && isPrinted(json.text, data) ? json : undefined;
}
