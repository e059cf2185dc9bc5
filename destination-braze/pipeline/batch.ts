import type { RecordJson } from "../messages";
import { type TrackArray, trackArrays } from "../objects/object";
import type { Limits } from "../settings";
import { isPrinted } from "./printed";
import type { Outgoing } from "./update";

/** What a request may carry. */
export type BatchLimits = Pick<Limits, "objectsPerRequest" | "countObjects" | "maxRequestBytes">;

/** `{"attributes":[],"events":[],"purchases":[]}` and the commas: more than a body needs around its objects. */
const envelopeBytes = 64;

/** The objects of one request, filled up to what Braze accepts. */
export class Batch {
  readonly objects: Outgoing[] = [];
  private sizeBytes = envelopeBytes;
  private readonly counts: Record<TrackArray, number> = { attributes: 0, events: 0, purchases: 0 };

  constructor(private readonly limits: BatchLimits) {}

  /** Whether the count allows one more object of an array. */
  takes(array: TrackArray): boolean {
    const { objectsPerRequest, countObjects } = this.limits;
    const counted = countObjects === "combined" ? this.objects.length : this.counts[array];
    return counted < objectsPerRequest;
  }

  /** Adds an object if it fits. */
  add(outgoing: Outgoing): boolean {
    if (!this.takes(outgoing.array)) return false;
    const sizeBytes = sizeOf(outgoing) + 1;
    if (this.sizeBytes + sizeBytes > this.limits.maxRequestBytes) return false;
    this.objects.push(outgoing);
    this.counts[outgoing.array] += 1;
    this.sizeBytes += sizeBytes;
    return true;
  }
}

/** Size of an object as JSON, in bytes. */
export function sizeOf(outgoing: Outgoing): number {
  outgoing.sizeBytes ??= Buffer.byteLength(jsonOf(outgoing));
  return outgoing.sizeBytes;
}

/** Whether an object is too large even for a request of its own. */
export const isTooLarge = (outgoing: Outgoing, { maxRequestBytes }: BatchLimits): boolean =>
  sizeOf(outgoing) + 1 + envelopeBytes > maxRequestBytes;

/** The body of a /users/track request. */
export function requestBody(objects: readonly Outgoing[]): string {
  let body = "";
  for (const array of trackArrays) {
    let members = "";
    for (const outgoing of objects) {
      if (outgoing.array === array) members += members === "" ? jsonOf(outgoing) : `,${jsonOf(outgoing)}`;
    }
    if (members !== "") body += `${body === "" ? "" : ","}"${array}":[${members}]`;
  }
  return `{${body}}`;
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
