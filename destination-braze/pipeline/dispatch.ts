import { type Reason, trackArrays } from "../objects/object";
import type { Limits } from "../settings";
import { Batch, isTooLarge } from "./batch";
import { addToLane, type Lane, sendableTogether, splitInHalves } from "./coalesce";
import type { Deliverer, FinalFate } from "./deliver";
import type { Deltas } from "./deltas";
import { ReadyLanes } from "./ready";
import { type Outgoing, outgoingOf, type Update } from "./update";

export interface DispatchEvents {
  /** Braze has an object now; its updates are told one by one. */
  delivered(outgoing: Outgoing): void;
  accepted(update: Update): void;
  /** Nothing of it is new to Braze. */
  unchanged(update: Update): void;
  rejected(update: Update, reason: Reason): void;
  /** Braze can't be used any more: nothing further will be sent. */
  failed(error: unknown): void;
}

/** Waiting objects per request in flight: enough to fill every request, few enough to bound the memory. */
const queuedBatchesPerRequest = 4;
/** Bytes of records that may wait or be in flight, so that large records don't fill the memory either. */
const maxWaitingBytes = 32 << 20;
/** Records whose lines come to so many requests fill one, also when little of them is sent. */
const linesPerFullRequest = 2;

/**
 * Decides what is sent when: full batches, several at a time, never two at a time for one identity.
 * Objects wait in lanes, one an identity; lanes that may send are served in order of arrival.
 */
export class Dispatcher {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready = new ReadyLanes();
  /** Updates taken and not settled yet, with the length of their lines. */
  private unsettled = 0;
  private unsettledBytes = 0;
  private inFlight = 0;
  /** When the last batch left, epoch ms: what waits has been waiting since then at the longest. */
  lastBatchAtMs = Date.now();
  private draining = false;
  private closed = false;
  private room: (() => void)[] = [];
  private idle: (() => void)[] = [];
  private readonly maxUnsettled: number;

  constructor(
    private readonly limits: Limits,
    private readonly deliverer: Pick<Deliverer, "deliver">,
    private readonly events: DispatchEvents,
    private readonly deltas?: Pick<Deltas, "reduce">,
    /** Batches given to the deliverer at a time; more than requests in flight where it does something first. */
    private readonly batchesUnderWay: number = limits.concurrentRequests,
  ) {
    const batches = batchesUnderWay + (queuedBatchesPerRequest - 1) * limits.concurrentRequests;
    this.maxUnsettled = Math.max(1000, limits.objectsPerRequest * batches);
  }

  /** Takes an update. Await what is returned, if anything, before the next one: too much is waiting. */
  add(update: Update): Promise<void> | undefined {
    let lane = this.lanes.get(update.identity);
    if (!lane) {
      const outgoing = outgoingOf(update);
      // With nothing of this identity on its way, what Braze has is known already.
      if (this.deltas?.reduce(outgoing) === false) {
        this.events.unchanged(update);
        return undefined;
      }
      lane = { identity: update.identity, waiting: [outgoing], busy: false };
      this.lanes.set(update.identity, lane);
      return this.entered(lane, update, true);
    }
    const isReady = !lane.busy && lane.waiting.length > 0;
    const appended = addToLane(lane, update) === "appended";
    if (isReady) this.ready.added(update.array, update.record.sizeBytes, appended ? 1 : 0);
    return this.entered(lane, update, !isReady && !lane.busy);
  }

  /** Counts an update that waits in a lane, and says whether the caller has to wait too. */
  private entered(lane: Lane, update: Update, becameReady: boolean): Promise<void> | undefined {
    this.unsettled += 1;
    this.unsettledBytes += update.record.sizeBytes;
    if (becameReady) this.ready.push(lane);
    this.pump();
    if (!this.overfull || this.closed) return undefined;
    return new Promise((resolve) => {
      this.room.push(resolve);
      this.pump();
    });
  }

  /** Sends also what does not fill a batch; resolves when nothing waits or is in flight any more, or when closed. */
  async drain(): Promise<void> {
    this.draining = true;
    this.pump();
    await this.until(() => this.closed || (this.inFlight === 0 && this.ready.objects === 0));
    this.draining = false;
  }

  /** Sends what waits now although it does not fill a batch. */
  flush(): void {
    this.pump(true);
  }

  /** Sends nothing more; resolves when what is in flight has been answered. */
  async close(): Promise<void> {
    this.closed = true;
    this.makeRoom();
    this.wakeIdle();
    await this.until(() => this.inFlight === 0);
  }

  private get overfull(): boolean {
    return this.unsettled >= this.maxUnsettled || this.unsettledBytes >= maxWaitingBytes;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private pump(partial = false): void {
    while (!this.closed && this.inFlight < this.batchesUnderWay && this.worthSending(partial)) {
      const batch = this.takeBatch();
      if (batch.length === 0) return;
      this.inFlight += 1;
      void this.send(batch);
    }
  }

  private worthSending(partial: boolean): boolean {
    if (this.ready.objects === 0) return false;
    if (partial || this.draining || this.fillsBatch()) return true;
    // The input waits for room: with nothing in flight, waiting for more would be waiting for ever.
    return this.room.length > 0 && this.inFlight === 0;
  }

  private fillsBatch(): boolean {
    const { objectsPerRequest, countObjects, maxRequestBytes } = this.limits;
    const { counts, objects, receivedBytes } = this.ready;
    if (receivedBytes >= linesPerFullRequest * maxRequestBytes) return true;
    if (countObjects === "combined") return objects >= objectsPerRequest;
    return trackArrays.some((array) => counts[array] >= objectsPerRequest);
  }

  private takeBatch(): Outgoing[] {
    const batch = new Batch(this.limits);
    this.lastBatchAtMs = Date.now();
    let goesOn = true;
    while (goesOn) goesOn = this.takeFromNextLane(batch);
    return batch.objects;
  }

  /** Moves what fits from the lane whose turn it is into the batch. @returns whether the batch may take more */
  private takeFromNextLane(batch: Batch): boolean {
    const entry = this.ready.take((array) => batch.takes(array));
    if (!entry) return false;
    const { lane } = entry;
    this.reduceFront(lane);
    this.settleTooLarge(lane);
    const sendable = sendableTogether(lane.waiting);
    let taken = 0;
    for (let next = lane.waiting[0]; next && taken < sendable && batch.add(next); next = lane.waiting[taken])
      taken += 1;
    if (taken > 0) {
      lane.waiting.splice(0, taken);
      lane.busy = true;
      return true;
    }
    if (lane.waiting.length > 0) {
      this.ready.putBack(entry);
      return false;
    }
    this.lanes.delete(lane.identity);
    return true;
  }

  /** Cuts what is next of a lane down to what Braze does not have; what is nothing then is settled. */
  private reduceFront(lane: Lane): void {
    if (!this.deltas) return;
    for (let first = lane.waiting[0]; first && !first.reduced; first = lane.waiting[0]) {
      if (this.deltas.reduce(first)) return;
      lane.waiting.shift();
      for (const update of first.updates) {
        this.events.unchanged(update);
        this.done(update);
      }
    }
  }

  /** Settles what does not fit even into a request of its own, as far as it stands at the front. */
  private settleTooLarge(lane: Lane): void {
    for (let first = lane.waiting[0]; first && isTooLarge(first, this.limits); first = lane.waiting[0]) {
      lane.waiting.shift();
      const [update] = first.updates;
      if (first.updates.length > 1) lane.waiting.unshift(...splitInHalves(first));
      else if (update)
        this.reject(update, { code: "record_too_large", message: tooLargeMessage(first, this.limits) });
      this.reduceFront(lane);
    }
  }

  private async send(objects: Outgoing[]): Promise<void> {
    try {
      const fates = await this.deliverer.deliver(objects);
      objects.forEach((outgoing, position) => {
        this.settle(outgoing, fates[position]);
      });
      for (const { identity } of objects) this.release(identity);
    } catch (error) {
      this.closed = true;
      this.makeRoom();
      this.events.failed(error);
    } finally {
      this.inFlight -= 1;
      this.pump();
      this.wakeIdle();
    }
  }

  private settle(outgoing: Outgoing, fate: FinalFate | undefined): void {
    if (!fate) throw new Error("The delivery did not say what became of an object");
    if (fate.accepted) {
      this.events.delivered(outgoing);
      for (const update of outgoing.updates) {
        this.events.accepted(update);
        this.done(update);
      }
      return;
    }
    const [only] = outgoing.updates;
    if (outgoing.updates.length === 1 && only) {
      this.reject(only, { code: "refused_by_braze", message: fate.reason });
      return;
    }
    // Some of the merged updates are at fault: the halves get their own chance, in their order.
    this.lanes.get(outgoing.identity)?.waiting.unshift(...splitInHalves(outgoing));
  }

  private reject(update: Update, reason: Reason): void {
    this.events.rejected(update, reason);
    this.done(update);
  }

  private done(update: Update): void {
    this.unsettled -= 1;
    this.unsettledBytes -= update.record.sizeBytes;
    if (this.room.length > 0 && !this.overfull) this.makeRoom();
  }

  /** Lets an identity send again. */
  private release(identity: string): void {
    const lane = this.lanes.get(identity);
    if (!lane?.busy) return;
    lane.busy = false;
    if (lane.waiting.length === 0) this.lanes.delete(identity);
    else this.ready.push(lane);
  }

  private makeRoom(): void {
    const waiting = this.room;
    this.room = [];
    for (const resolve of waiting) resolve();
  }

  private wakeIdle(): void {
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }
}

function tooLargeMessage(outgoing: Outgoing, { maxRequestBytes }: Limits): string {
  return `The object is ${outgoing.sizeBytes} bytes; Braze accepts requests of at most ${maxRequestBytes} bytes.`;
}
