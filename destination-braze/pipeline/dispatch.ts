import type { BatchLimits, Endpoint, Slot } from "../objects/endpoint";
import type { Reason } from "../objects/object";
import type { Limits } from "../settings";
import { Batch, isTooLarge } from "./batch";
import { addToLane, type Lane, sendableTogether, splitInHalves } from "./coalesce";
import type { Deliverer, FinalFate } from "./deliver";
import type { Deltas } from "./deltas";
import { EndpointQueue } from "./endpoint-queue";
import { handDown } from "./hand-down";
import { Lanes } from "./lanes";
import { type Outgoing, outgoingOf, type Update } from "./update";

export interface DispatchEvents {
  /** Braze has an object now; its updates are told one by one. */
  delivered(outgoing: Outgoing): void;
  accepted(update: Update): void;
  /** Nothing of it is new to Braze. */
  unchanged(update: Update): void;
  /** @param outgoing the object that it became, of nothing else */
  rejected(update: Update, reason: Reason, outgoing: Outgoing): void;
  /** Braze can't be used any more: nothing further will be sent. */
  failed(error: unknown): void;
}

/**
 * Waiting objects and those under way, per batch that may be under way: enough to fill every request. Few, for
 * what lives long costs the garbage collector most.
 */
const batchesHeldPerBatchUnderWay = 1.5;
/** Bytes of records that may wait or be in flight, so that large records don't fill the memory either. */
const maxWaitingBytes = 32 << 20;
/**
 * Decides what is sent when: full batches, several at a time, never two at a time for one identity.
 * Objects wait in lanes, one an identity; lanes that may send are served in order of arrival, at each
 * endpoint by itself, so that a slow one does not hold up the others.
 */
export class Dispatcher {
  private readonly lanes = new Lanes();
  private readonly queues = new Map<Endpoint, EndpointQueue>();
  /** Batches given to the deliverer of which it has not said what became of them. */
  private readonly underWay = new Set<readonly Outgoing[]>();
  /** Updates taken and not settled yet, with the length of their lines. */
  private unsettled = 0;
  private unsettledBytes = 0;
  private inFlight = 0;
  private draining = false;
  /** Whether a lane has turned out to be for another endpoint, whose queue may have been looked at already. */
  private moved = false;
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
    const batches = batchesUnderWay * batchesHeldPerBatchUnderWay;
    this.maxUnsettled = Math.max(1000, limits.objectsPerRequest * batches);
  }

  /** Takes an update. Await what is returned, if anything, before the next one: too much is waiting. */
  add(update: Update): Promise<void> | undefined {
    if (update.also)
      return this.addTo(
        this.lanes.united(update, (lane) => this.leaveQueue(lane)),
        update,
      );
    const lane = this.lanes.of(update.identity);
    if (lane) return this.addTo(lane, update);
    const outgoing = outgoingOf(update);
    // With nothing of this identity on its way, what Braze has is known already.
    if (this.deltas?.reduce(outgoing) === false) {
      this.events.unchanged(update);
      return undefined;
    }
    return this.addReduced(outgoing);
  }

  /** Whether something may wait or be in flight of an identity, by the low half of its `hash64`. */
  mayHold(hash: number): boolean {
    return this.lanes.mayHave(hash);
  }

  /** Whether something of an identity waits or is in flight. */
  holds(identity: string): boolean {
    return this.lanes.of(identity) !== undefined;
  }

  /** As `add`, of an identity of which nothing is on its way, with what is to be sent known already. */
  addReduced(outgoing: Outgoing): Promise<void> | undefined {
    // Given with its content: an array that is empty at first takes room for sixteen.
    this.queueUp(this.lanes.open(outgoing.identity, outgoing.change?.place?.lo, [outgoing]));
    return this.entered(outgoing.receivedBytes);
  }

  private addTo(lane: Lane, update: Update): Promise<void> | undefined {
    // What is merged into an object that travels elsewhere (see Slot.whenKnown) sends it back where it began.
    const [first] = lane.waiting;
    if (lane.waiting.length === 1 && first?.slot !== first?.updates[0]?.slot) this.leaveQueue(lane);
    const appended = addToLane(lane, update) === "appended";
    if (lane.place !== undefined) {
      const queue = this.queueOfLane(lane);
      if (queue?.endpoint === update.slot.endpoint) queue.ready.added(update, appended);
    } else if (lane.inFlight === 0) this.queueUp(lane);
    return this.entered(update.record.sizeBytes);
  }

  /** Counts an update that waits in a lane, and says whether the caller has to wait too. */
  private entered(receivedBytes: number): Promise<void> | undefined {
    this.unsettled += 1;
    this.unsettledBytes += receivedBytes;
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
    await this.until(() => this.closed || [...this.queues.values()].every(({ isIdle }) => isIdle));
    this.draining = false;
  }

  /**
   * Sends what waits although it does not fill a batch.
   * @param waitedMs only where something has waited for so long
   */
  flush(waitedMs = 0): void {
    for (const queue of this.queues.values()) if (queue.waitedMs >= waitedMs) this.pumpQueue(queue, true);
  }

  /** Sends nothing more; resolves when what is in flight has been answered. */
  async close(): Promise<void> {
    this.closed = true;
    this.makeRoom();
    this.wakeIdle();
    await this.until(() => this.inFlight === 0);
  }

  /** What waits or is under way: after the last answer, what Braze did not get. */
  *undelivered(): Iterable<Outgoing> {
    for (const batch of this.underWay) yield* batch;
    for (const { waiting } of this.lanes.all()) yield* waiting;
  }

  private get overfull(): boolean {
    return this.unsettled >= this.maxUnsettled || this.unsettledBytes >= maxWaitingBytes;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private pump(): void {
    do {
      this.moved = false;
      for (const queue of this.queues.values()) this.pumpQueue(queue, false);
    } while (this.moved);
  }

  private pumpQueue(queue: EndpointQueue, partial: boolean): void {
    while (!this.closed && queue.hasRoom && this.worthSending(queue, partial)) {
      const batch = this.takeBatch(queue);
      if (batch.length === 0) return;
      queue.inFlight += 1;
      this.inFlight += 1;
      void this.send(batch, queue);
    }
  }

  private worthSending(queue: EndpointQueue, partial: boolean): boolean {
    if (queue.ready.objects === 0) return false;
    if (partial || queue.fillsBatch()) return true;
    if (this.draining) return !this.hasMoreBehind(queue.endpoint);
    // The input waits for room: with nothing in flight, waiting for more would be waiting for ever.
    return this.room.length > 0 && this.inFlight === 0;
  }

  /**
   * Whether behind objects in flight to an endpoint others wait for it. They will be ready with the answer: of what
   * didn't fit into a full request nothing goes alone meanwhile, for every request counts.
   */
  private hasMoreBehind(endpoint: Endpoint): boolean {
    for (const batch of this.underWay) {
      if (batch[0]?.slot.endpoint !== endpoint) continue;
      if (batch.some(({ lane }) => lane?.waiting[0]?.slot.endpoint === endpoint)) return true;
    }
    return false;
  }

  private queueOf(endpoint: Endpoint): EndpointQueue {
    let queue = this.queues.get(endpoint);
    if (!queue) {
      const own = endpoint.batchLimits(this.limits);
      const { concurrentRequests } = own;
      // Endpoints with fewer requests than configured are slow: for them nothing has to lie ready.
      const isUsual = concurrentRequests === this.limits.concurrentRequests;
      queue = new EndpointQueue(endpoint, own, isUsual ? this.batchesUnderWay : concurrentRequests);
      this.queues.set(endpoint, queue);
    }
    return queue;
  }

  /** The queue in which a lane stands, or has to. */
  private queueOfLane({ waiting }: Lane): EndpointQueue | undefined {
    const first = waiting[0];
    return first && this.queueOf(first.slot.endpoint);
  }

  private queueUp(lane: Lane): void {
    this.queueOfLane(lane)?.ready.push(lane);
  }

  private leaveQueue(lane: Lane): void {
    if (lane.place !== undefined) this.queueOfLane(lane)?.ready.remove(lane);
  }

  private takeBatch(queue: EndpointQueue): Outgoing[] {
    const batch = new Batch(queue.limits);
    queue.leaves();
    const welcome = (slot: Slot): boolean => batch.takes(slot);
    let goesOn = true;
    while (goesOn) goesOn = this.takeFromNextLane(queue, batch, welcome);
    return batch.objects;
  }

  /** Moves what fits from the lane whose turn it is into the batch. @returns whether the batch may take more */
  private takeFromNextLane(queue: EndpointQueue, batch: Batch, welcome: (slot: Slot) => boolean): boolean {
    const entry = queue.ready.take(welcome);
    if (!entry) return false;
    const { lane } = entry;
    this.reduceFront(lane);
    this.settleTooLarge(lane);
    if (lane.waiting[0] && lane.waiting[0].slot.endpoint !== queue.endpoint) {
      this.queueUp(lane);
      this.moved = true;
      return true;
    }
    const sendable = sendableTogether(lane.waiting);
    let taken = 0;
    for (
      let next = lane.waiting[0];
      next && taken < sendable && batch.add(next);
      next = lane.waiting[taken]
    ) {
      next.lane = lane;
      taken += 1;
    }
    if (taken > 0) {
      // Nearly always it is all that waits.
      if (taken === lane.waiting.length) lane.waiting.length = 0;
      else lane.waiting.splice(0, taken);
      lane.inFlight += taken;
      return true;
    }
    if (lane.waiting.length > 0) {
      queue.ready.putBack(entry);
      return false;
    }
    this.lanes.close(lane);
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
    for (let first = lane.waiting[0]; first; first = lane.waiting[0]) {
      const { limits } = this.queueOf(first.slot.endpoint);
      if (!isTooLarge(first, limits)) return;
      lane.waiting.shift();
      const [update] = first.updates;
      if (first.updates.length > 1) lane.waiting.unshift(...splitInHalves(first));
      else if (update)
        this.reject(update, { code: "record_too_large", message: tooLargeMessage(first, limits) }, first);
      this.reduceFront(lane);
    }
  }

  private async send(objects: Outgoing[], queue: EndpointQueue): Promise<void> {
    this.underWay.add(objects);
    try {
      const fates = await this.deliverer.deliver(objects);
      this.underWay.delete(objects);
      objects.forEach((outgoing, position) => {
        this.settle(outgoing, fates[position]);
      });
      for (const { lane } of objects) if (lane) this.release(lane);
    } catch (error) {
      this.closed = true;
      this.makeRoom();
      this.events.failed(error);
    } finally {
      this.inFlight -= 1;
      queue.inFlight -= 1;
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
      this.reject(only, { code: fate.code ?? "refused_by_braze", message: fate.reason }, outgoing);
      return;
    }
    // Some of the merged updates are at fault: the halves get their own chance, in their order.
    this.lanes.of(outgoing.identity)?.waiting.unshift(...splitInHalves(outgoing));
  }

  private reject(update: Update, reason: Reason, outgoing: Outgoing): void {
    handDown(update, this.lanes.of(update.identity)?.waiting);
    this.events.rejected(update, reason, outgoing);
    this.done(update);
  }

  private done(update: Update): void {
    this.unsettled -= 1;
    this.unsettledBytes -= update.record.sizeBytes;
    if (this.room.length > 0 && !this.overfull) this.makeRoom();
  }

  /** Takes note that an object of an identity is in flight no more; with the last one its lane may send again. */
  private release(left: Lane): void {
    let lane = left;
    while (lane.unitedWith) lane = lane.unitedWith;
    lane.inFlight -= 1;
    if (lane.inFlight > 0) return;
    if (lane.waiting.length === 0) this.lanes.close(lane);
    else this.queueUp(lane);
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

function tooLargeMessage(outgoing: Outgoing, { maxRequestBytes }: BatchLimits): string {
  return `The object is ${outgoing.sizeBytes} bytes; Braze accepts requests of at most ${maxRequestBytes} bytes.`;
}
