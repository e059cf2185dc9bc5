import type { JsonObject } from "@braze-connectors/shared/json";
import { type Outgoing, outgoingOf, type Update } from "./update";

/** What waits for one identity, or for several that an update has tied together, in the order of receipt. */
export interface Lane {
  readonly identity: string;
  /** See Lanes. */
  readonly hashEnd: number;
  /** Identities that were tied to it; few lanes have any. */
  also: string[] | undefined;
  waiting: Outgoing[];
  /** Objects of the lane in flight: while there are any, nothing else of it may be sent. */
  inFlight: number;
  /** Its place among the lanes that may send, while it has one. */
  place: object | undefined;
  /** The lane that it was united with, and that stands for it now. */
  unitedWith?: Lane;
  /** The next one of those whose hashes end alike; see Lanes. */
  next?: Lane;
}

/** Adds an update to a lane: merged into the last waiting object if that has the same effect, else behind it. */
export function addToLane(lane: Lane, update: Update): "merged" | "appended" {
  const last = lane.waiting.at(-1);
  if (last && !last.alone && mergeInto(last, update)) return "merged";
  lane.waiting.push(outgoingOf(update));
  return "appended";
}

function mergeInto(last: Outgoing, update: Update): boolean {
  // Where the last one travels may have changed since it was known what Braze has of it.
  const slot = last.updates[0]?.slot;
  if (!slot?.merge || slot !== update.slot || last.identity !== update.identity) return false;
  // Each stream remembers for itself what it has sent.
  if (last.updates[0]?.record.stream !== update.record.stream) return false;
  const body = slot.merge(last.body, update.body);
  if (!body) return false;
  last.slot = slot;
  last.updates.push(update);
  last.receivedBytes += update.record.sizeBytes;
  changeBody(last, body);
  return true;
}

/** Gives an object that waits another body: what was found out of the one before is not true any more. */
export function changeBody(outgoing: Outgoing, body: JsonObject): void {
  outgoing.body = body;
  outgoing.reduced = false;
  outgoing.sent = undefined;
  outgoing.change = undefined;
  outgoing.json = undefined;
  outgoing.utf8 = undefined;
  outgoing.sizeBytes = undefined;
}

/**
 * How many objects from the front of a lane may travel in one request. Braze processes the slots of a
 * request in their order: the objects must be in that order already. Two objects that can be merged
 * (two sets of attributes of one user) never share a request, and neither do two of an endpoint for which
 * no order is documented.
 */
export function sendableTogether(waiting: readonly Outgoing[]): number {
  // Nearly always there is one.
  if (waiting.length <= 1) return waiting.length;
  let count = 0;
  let previous: Outgoing | undefined;
  for (const outgoing of waiting) {
    if (previous && !mayFollow(outgoing.slot, previous.slot)) break;
    count += 1;
    previous = outgoing;
  }
  return count;
}

function mayFollow(slot: Outgoing["slot"], previous: Outgoing["slot"]): boolean {
  if (slot.endpoint !== previous.endpoint || !slot.endpoint.ordered) return false;
  return slot.order >= previous.order && !slot.merge;
}

/** Takes an object that was merged from several updates apart, into two halves that stay as they are. */
export function splitInHalves({ updates }: Outgoing): Outgoing[] {
  const middle = Math.ceil(updates.length / 2);
  return [updates.slice(0, middle), updates.slice(middle)].flatMap(mergeAgain);
}

/** Updates as objects that no later update is merged into. */
function mergeAgain(updates: readonly Update[]): Outgoing[] {
  const merged: Outgoing[] = [];
  for (const update of updates) {
    const last = merged.at(-1);
    if (!last || !mergeInto(last, update)) merged.push(outgoingOf(update, true));
  }
  return merged;
}
