/** How often a fault strikes. */
export interface Turns {
  /** Matching requests to let through first. */
  skip?: number;
  /** How many matching requests to take; default 1, `Infinity` for all until removed. */
  times?: number;
}

/** A fault that was added: how often it struck, and how to end it. */
export interface StruckHandle {
  readonly hits: number;
  remove(): void;
}

interface Active<Fault> {
  fault: Fault;
  seen: number;
  hits: number;
}

/** Faults that were asked for, in order. */
export class FaultList<Fault extends Turns & { kind: string }, Request> {
  #active: Active<Fault>[] = [];

  constructor(private readonly matches: (fault: Fault, request: Request) => boolean) {}

  add(fault: Fault): StruckHandle {
    const active: Active<Fault> = { fault, seen: 0, hits: 0 };
    this.#active.push(active);
    return {
      get hits() {
        return active.hits;
      },
      remove: () => {
        this.#active = this.#active.filter((each) => each !== active);
      },
    };
  }

  clear(): void {
    this.#active = [];
  }

  /** The faults that strike this request: every delay, and the first of the others. */
  take(request: Request): Fault[] {
    const struck: Fault[] = [];
    let decided = false;
    for (const active of this.#active) {
      const isDelay = active.fault.kind === "delay";
      if ((decided && !isDelay) || !this.takes(active, request)) continue;
      struck.push(active.fault);
      decided ||= !isDelay;
    }
    return struck;
  }

  private takes(active: Active<Fault>, request: Request): boolean {
    const { skip = 0, times = 1 } = active.fault;
    if (active.hits >= times || !this.matches(active.fault, request)) return false;
    active.seen += 1;
    if (active.seen <= skip) return false;
    active.hits += 1;
    return true;
  }
}
