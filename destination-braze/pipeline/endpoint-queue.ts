import type { BatchLimits, Endpoint } from "../objects/endpoint";
import { ReadyLanes } from "./ready";

/** Records whose lines come to so many requests fill one, also when little of them is sent. */
const linesPerFullRequest = 2;

/** What waits for one endpoint, and what is on its way there. */
export class EndpointQueue {
  readonly ready = new ReadyLanes();
  /** Batches under way. */
  inFlight = 0;
  /** When the last batch left, epoch ms: what waits has been waiting since then at the longest. */
  lastBatchAtMs: number;

  constructor(
    readonly endpoint: Endpoint,
    readonly limits: BatchLimits,
    /** Batches that may be under way at a time. */
    private readonly mostBatches: number,
    private readonly now: () => number = Date.now,
  ) {
    this.lastBatchAtMs = now();
  }

  get hasRoom(): boolean {
    return this.inFlight < this.mostBatches;
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.ready.objects === 0;
  }

  /** How long something has waited here, at the longest, ms. */
  get waitedMs(): number {
    return this.ready.objects === 0 ? 0 : this.now() - this.lastBatchAtMs;
  }

  /** Notes that a batch leaves. */
  leaves(): void {
    this.lastBatchAtMs = this.now();
  }

  /** Whether what is ready fills a request. */
  fillsBatch(): boolean {
    const { objectsPerRequest, countObjects, maxRequestBytes } = this.limits;
    const { objects, receivedBytes } = this.ready;
    if (receivedBytes >= linesPerFullRequest * maxRequestBytes) return true;
    return (countObjects === "combined" ? objects : this.ready.mostOfOneSlot) >= objectsPerRequest;
  }
}
