import type { BatchLimits, Slot } from "../objects/endpoint";
import { sizeOf } from "./json-text";
import type { Outgoing } from "./update";

/** What a body needs around its objects: more than the names of arrays, brackets and commas. */
export const envelopeBytes = 64;

type Limits = Pick<BatchLimits, "objectsPerRequest" | "countObjects" | "maxRequestBytes">;

/** The objects of one request to an endpoint, filled up to what Braze accepts. */
export class Batch {
  readonly objects: Outgoing[] = [];
  private sizeBytes = envelopeBytes;
  private readonly counts = new Map<Slot, number>();

  constructor(private readonly limits: Limits) {}

  /** Whether the count allows one more object of a slot. */
  takes(slot: Slot): boolean {
    const { objectsPerRequest, countObjects } = this.limits;
    const counted = countObjects === "combined" ? this.objects.length : (this.counts.get(slot) ?? 0);
    return counted < objectsPerRequest;
  }

  /** Adds an object if it fits. */
  add(outgoing: Outgoing): boolean {
    const { slot } = outgoing;
    if (!this.takes(slot)) return false;
    const sizeBytes = sizeOf(outgoing) + 1;
    if (this.sizeBytes + sizeBytes > this.limits.maxRequestBytes) return false;
    const { fitsWith } = slot.endpoint;
    if (fitsWith && !fitsWith(outgoing, this.objects)) return false;
    this.objects.push(outgoing);
    if (this.limits.countObjects === "per_array") this.counts.set(slot, (this.counts.get(slot) ?? 0) + 1);
    this.sizeBytes += sizeBytes;
    return true;
  }
}

/** Whether an object is too large even for a request of its own. */
export const isTooLarge = (outgoing: Outgoing, { maxRequestBytes }: Limits): boolean =>
  sizeOf(outgoing) + 1 + envelopeBytes > maxRequestBytes;
