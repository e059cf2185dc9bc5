import { type TrackArray, trackArrays } from "../objects/object";
import { mergeAttributes } from "./merge";
import { type Outgoing, outgoingOf, type Update } from "./update";

/** What waits for one identity, in the order in which it was received. */
export interface Lane {
  readonly identity: string;
  waiting: Outgoing[];
  /** Whether objects of this identity are in flight: then nothing else of it may be sent. */
  busy: boolean;
}

/** Adds an update to a lane: merged into the last waiting object if that has the same effect, else behind it. */
export function addToLane(lane: Lane, update: Update): "merged" | "appended" {
  const last = lane.waiting.at(-1);
  if (last && !last.alone && mergeInto(last, update)) return "merged";
  lane.waiting.push(outgoingOf(update));
  return "appended";
}

function mergeInto(last: Outgoing, update: Update): boolean {
  if (last.array !== "attributes" || update.array !== "attributes") return false;
  // Each stream remembers for itself what it has sent.
  if (last.updates[0]?.record.stream !== update.record.stream) return false;
  const body = mergeAttributes(last.body, update.body);
  if (!body) return false;
  last.body = body;
  last.updates.push(update);
  last.receivedBytes += update.record.sizeBytes;
  last.reduced = false;
  last.sent = undefined;
  last.change = undefined;
  last.json = undefined;
  last.sizeBytes = undefined;
  return true;
}

const orderOf = (array: TrackArray): number => trackArrays.indexOf(array);

/**
 * How many objects from the front of a lane may travel in one request. Inside a request Braze processes
 * attributes, then events, then purchases (api/api_limits): the objects must be in that order already.
 * Two attribute objects of one user never share a request; what order they would be applied in is not documented.
 */
export function sendableTogether(waiting: readonly Outgoing[]): number {
  let count = 0;
  let previous: Outgoing | undefined;
  for (const outgoing of waiting) {
    if (previous) {
      if (orderOf(outgoing.array) < orderOf(previous.array)) break;
      if (outgoing.array === "attributes") break;
    }
    count += 1;
    previous = outgoing;
  }
  return count;
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
