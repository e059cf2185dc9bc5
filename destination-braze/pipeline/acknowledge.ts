import type { HostState } from "../messages";
import { stateWithStatistics } from "../state-echo";

/** How many records of a stream were settled, and how. */
export interface Counts {
  accepted: number;
  rejected: number;
  /** Another shard of the sync counts them. */
  left: number;
}

const none: Readonly<Counts> = { accepted: 0, rejected: 0, left: 0 };

/** The records received between two states. */
export interface Epoch {
  /** Counted from 1. */
  number: number;
  /** Records not settled yet. */
  pending: number;
  counts: Map<string, Counts>;
  /** The state that closed it; undefined while it is open. */
  state: HostState | undefined;
}

export interface AcknowledgerOptions {
  /** Makes durable what has to be before states leave. @param epoch the last one that a state of them closed */
  persist(epoch: number): Promise<void>;
  /** Hands a state to the host. */
  emit(line: string): Promise<void> | undefined;
  /**
   * Told when the state that closed an epoch is out: the host will not send the records before it again,
   * those of the state's stream or, without one, of all.
   */
  left?(epoch: number, stream: string | undefined): void;
  /** Told when one of the two fails: from then on no state comes out. */
  failed(error: unknown): void;
}

/**
 * Lets each STATE out once, in order, and only when every record received before it was accepted by
 * Braze or is safely among the rejected records. Its `destinationStats` count the records since the
 * stream's previous state.
 */
export class Acknowledger {
  private readonly epochs: Epoch[] = [newEpoch(1)];
  /** Counts of states already out that their stream's next state must still report. */
  private readonly carried = new Map<string, Counts>();
  private last: { epoch: Epoch; stream: string; counts: Counts } | undefined;
  private emitting: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: AcknowledgerOptions) {}

  /** Number of the epoch that the next state closes. */
  get openEpoch(): number {
    return this.epochs.at(-1)?.number ?? 0;
  }

  /** The epoch that a record received now belongs to. */
  receive(): Epoch {
    const epoch = this.epochs.at(-1) as Epoch;
    epoch.pending += 1;
    return epoch;
  }

  settle(epoch: Epoch, stream: string, fate: keyof Counts): void {
    // Hot path: nearly always of the same stream and epoch as before.
    if (this.last?.epoch !== epoch || this.last.stream !== stream)
      this.last = { epoch, stream, counts: countsOf(epoch, stream) };
    this.last.counts[fate] += 1;
    epoch.pending -= 1;
    if (epoch.pending === 0 && epoch.state) this.emitSafeStates();
  }

  /** Takes a STATE of the host's; it closes the epoch. */
  state(state: HostState): void {
    const epoch = this.epochs.at(-1) as Epoch;
    epoch.state = state;
    this.epochs.push(newEpoch(epoch.number + 1));
    if (epoch.pending === 0) this.emitSafeStates();
  }

  /** Resolves when every state that is safe is out. @throws what kept it from coming out */
  async flush(): Promise<void> {
    this.emitSafeStates();
    while (this.emitting) await this.emitting;
    if (this.failure !== undefined) throw this.failure;
  }

  private emitSafeStates(): void {
    if (this.emitting || this.safeEpochs() === 0) return;
    this.emitting = this.emitAll();
  }

  /** Never rejects, for it may run with nobody waiting. */
  private async emitAll(): Promise<void> {
    try {
      for (let safe = this.safeEpochs(); safe > 0; safe = this.safeEpochs()) {
        await this.options.persist(this.epochs[safe - 1]?.number ?? 0);
        for (const epoch of this.epochs.splice(0, safe)) await this.emit(epoch);
      }
    } catch (error) {
      this.failure = error;
      this.options.failed(error);
    } finally {
      // In the same step as the last look at the epochs: what becomes safe from now on starts anew.
      this.emitting = undefined;
    }
  }

  private async emit({ number, counts, state }: Epoch): Promise<void> {
    for (const [stream, settled] of counts) this.carry(stream, settled);
    if (!state) return;
    await this.options.emit(stateWithStatistics(state, this.report(state)));
    this.options.left?.(number, state.stream);
  }

  /** How many epochs from the front are settled and closed by a state. */
  private safeEpochs(): number {
    if (this.failure !== undefined) return 0;
    const first = this.epochs.findIndex(({ pending, state }) => pending > 0 || !state);
    return first === -1 ? this.epochs.length : first;
  }

  private carry(stream: string, counts: Counts): void {
    this.carried.set(stream, sum(this.carried.get(stream) ?? none, counts));
  }

  /** What a state reports: the counts of its stream, or of all streams for a global state. */
  private report({ stream }: HostState): Counts {
    let total: Counts = none;
    for (const name of stream === undefined ? [...this.carried.keys()] : [stream]) {
      total = sum(total, this.carried.get(name) ?? none);
      this.carried.delete(name);
    }
    return total;
  }
}

const sum = (one: Counts, other: Counts): Counts => ({
  accepted: one.accepted + other.accepted,
  rejected: one.rejected + other.rejected,
  left: one.left + other.left,
});

function countsOf({ counts: byStream }: Epoch, stream: string): Counts {
  let counts = byStream.get(stream);
  if (!counts) {
    counts = { ...none };
    byStream.set(stream, counts);
  }
  return counts;
}

export const newEpoch = (number: number): Epoch => ({
  number,
  pending: 0,
  counts: new Map(),
  state: undefined,
});
