import type { Slot } from "../objects/endpoint";
import type { Lane } from "./coalesce";
import { Fifo } from "./fifo";
import type { Update } from "./update";

interface Entry {
  lane: Lane;
  /** When it became ready, as a number that grows. */
  turn: number;
}

interface SlotLanes {
  slot: Slot;
  queue: Fifo<Entry>;
  /** Objects of the slot, also in lanes whose first object is of another one. */
  objects: number;
}

/** Lanes whose next object goes to one endpoint, to be served in order of arrival, and what they hold for it. */
export class ReadyLanes {
  /** By the slot of a lane's first object, so that a request that is full for one slot can go on with another. */
  private readonly slots = new Map<Slot, SlotLanes>();
  private lastSlot: SlotLanes | undefined;
  private turns = 0;
  /** Objects in these lanes. */
  objects = 0;
  /** Length of the records in these lanes. */
  receivedBytes = 0;

  /** The most objects of one slot in these lanes. */
  get mostOfOneSlot(): number {
    let most = 0;
    for (const { objects } of this.slots.values()) most = Math.max(most, objects);
    return most;
  }

  /** Queues a lane that has something to send. */
  push(lane: Lane): void {
    this.turns += 1;
    this.enter({ lane, turn: this.turns }, "push");
  }

  /** Takes the lane out that has waited longest, of those whose first object is welcome. */
  take(welcome: (slot: Slot) => boolean): Entry | undefined {
    let oldest: Fifo<Entry> | undefined;
    let turn = Number.POSITIVE_INFINITY;
    for (const { slot, queue } of this.slots.values()) {
      const first = firstOf(queue);
      if (first === undefined || first.turn >= turn || !welcome(slot)) continue;
      oldest = queue;
      turn = first.turn;
    }
    const entry = oldest?.shift();
    if (entry) this.leave(entry.lane);
    return entry;
  }

  /** Gives a lane back that could not send after all: it keeps its turn. */
  putBack(entry: Entry): void {
    this.enter(entry, "unshift");
  }

  /** Takes a lane out, wherever it stands. */
  remove(lane: Lane): void {
    this.leave(lane);
  }

  /** Counts an update that was added to a lane that is ready already. @param appended as an object of its own */
  added({ slot, record }: Update, appended: boolean): void {
    this.receivedBytes += record.sizeBytes;
    if (appended) this.countSlot(slot, 1);
  }

  private enter(entry: Entry, where: "push" | "unshift"): void {
    const { lane } = entry;
    const first = lane.waiting[0];
    if (!first) return;
    lane.place = entry;
    this.of(first.slot).queue[where](entry);
    this.countLane(lane, 1);
  }

  private leave(lane: Lane): void {
    lane.place = undefined;
    this.countLane(lane, -1);
  }

  /** What goes elsewhere later does not fill requests of this endpoint. */
  private countLane({ waiting }: Lane, sign: 1 | -1): void {
    const endpoint = waiting[0]?.slot.endpoint;
    for (const { slot, receivedBytes } of waiting) {
      if (slot.endpoint !== endpoint) continue;
      this.countSlot(slot, sign);
      this.receivedBytes += sign * receivedBytes;
    }
  }

  private countSlot(slot: Slot, change: 1 | -1): void {
    this.objects += change;
    this.of(slot).objects += change;
  }

  /** Hot path: asked several times for each object, mostly for the same slot as before. */
  private of(slot: Slot): SlotLanes {
    if (this.lastSlot?.slot === slot) return this.lastSlot;
    let lanes = this.slots.get(slot);
    if (!lanes) {
      lanes = { slot, queue: new Fifo(), objects: 0 };
      this.slots.set(slot, lanes);
    }
    this.lastSlot = lanes;
    return lanes;
  }
}

/** The first entry whose lane still stands there; the others were taken out. */
function firstOf(queue: Fifo<Entry>): Entry | undefined {
  let { first } = queue;
  while (first && first.lane.place !== first) {
    queue.shift();
    first = queue.first;
  }
  return first;
}
