import type { JsonObject } from "@braze-connectors/shared/json";
import type { Slot } from "../objects/endpoint";
import { attributes, eventSlot, purchaseSlot, type TrackArray } from "../objects/track/track";
import { type Epoch, newEpoch } from "../pipeline/acknowledge";
import { type Outgoing, outgoingOf, type ReceivedRecord, type Update } from "../pipeline/update";
import type { Limits } from "../settings";

/** Limits as small as tests want them. */
export const limitsWith = (changed: Partial<Limits> = {}): Limits => ({
  requestsPer3Seconds: 3000,
  requestsPerHour: undefined,
  trackBulk: false,
  objectsPerRequest: 75,
  countObjects: "combined",
  maxRequestBytes: 4_000_000,
  concurrentRequests: 4,
  ...changed,
});

export const recordWith = (data: JsonObject, epoch: Epoch = newEpoch(1)): ReceivedRecord => ({
  stream: "users",
  data,
  epoch,
  sizeBytes: Buffer.byteLength(JSON.stringify(data)),
  open: 1,
  reasons: [],
  changed: false,
});

/** For where nobody is deleted, merged or renamed. */
export const nothingUndone = { forget: (): void => undefined, note: async (): Promise<void> => undefined };

export { profileMemory } from "../objects/track/track";

export const trackSlots: Readonly<Record<TrackArray, Slot>> = {
  attributes,
  events: eventSlot,
  purchases: purchaseSlot,
};

/** An update of a user, by default of attributes. */
export const updateOf = (
  identity: string,
  body: JsonObject = {},
  array: TrackArray = "attributes",
): Update => ({
  record: recordWith(body),
  slot: trackSlots[array],
  identity,
  body: { external_id: identity, ...body },
});

export const outgoing = (identity: string, body: JsonObject = {}, array?: TrackArray): Outgoing =>
  outgoingOf(updateOf(identity, body, array));
