import { type TrackArray, trackArrays } from "../objects/object";
import type { Lane } from "./coalesce";
import { Fifo } from "./fifo";
import type { Outgoing } from "./update";

interface Entry {
  lane: Lane;
  /** When it became ready, as a number that grows. */
  turn: number;
}

/** Lanes that may send, to be served in order of arrival, and what they hold. */
export class ReadyLanes {
  /** By the array of a lane's first object, so that a request that is full for one array can go on with another. */
  private readonly queues: Record<TrackArray, Fifo<Entry>> = {
    attributes: new Fifo(),
    events: new Fifo(),
    purchases: new Fifo(),
  };
  private turns = 0;
  /** Objects in these lanes. */
  readonly counts: Record<TrackArray, number> = { attributes: 0, events: 0, purchases: 0 };
  /** Length of the records in these lanes. */
  receivedBytes = 0;

  get objects(): number {
    return this.counts.attributes + this.counts.events + this.counts.purchases;
  }

  /** Queues a lane that has something to send. */
  push(lane: Lane): void {
    this.turns += 1;
    this.enter({ lane, turn: this.turns }, "push");
  }

  /** Takes the lane out that has waited longest, of those whose first object is welcome. */
  take(welcome: (array: TrackArray) => boolean): Entry | undefined {
    let oldest: Fifo<Entry> | undefined;
    for (const array of trackArrays) {
      const turn = this.queues[array].first?.turn;
      if (turn === undefined || !welcome(array)) continue;
      if (oldest?.first === undefined || turn < oldest.first.turn) oldest = this.queues[array];
    }
    const entry = oldest?.shift();
    for (const outgoing of entry?.lane.waiting ?? []) this.count(outgoing, -1);
    return entry;
  }

  /** Gives a lane back that could not send after all: it keeps its turn. */
  putBack(entry: Entry): void {
    this.enter(entry, "unshift");
  }

  /** Counts an object (1) that was added to a lane that is ready already. */
  added(array: TrackArray, receivedBytes: number, objects: 0 | 1): void {
    this.counts[array] += objects;
    this.receivedBytes += receivedBytes;
  }

  private enter(entry: Entry, where: "push" | "unshift"): void {
    const [first] = entry.lane.waiting;
    if (!first) return;
    this.queues[first.array][where](entry);
    for (const outgoing of entry.lane.waiting) this.count(outgoing, 1);
  }

  private count({ array, receivedBytes }: Outgoing, sign: 1 | -1): void {
    this.counts[array] += sign;
    this.receivedBytes += sign * receivedBytes;
  }
}
