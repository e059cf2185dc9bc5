import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { Fifo } from "../pipeline/fifo";

interface Waiter {
  enter(): void;
  refuse(error: Error): void;
}

/** Lets so many in at a time, in order of arrival. */
export class Turns {
  private free: number;
  private readonly waiting = new Fifo<Waiter>();

  /** @param halt lets nobody in any more */
  constructor(
    count: number,
    private readonly halt: AbortSignal,
  ) {
    this.free = count;
    halt.addEventListener("abort", () => this.refuseAll(), { once: true });
  }

  /** @throws StoppedError to those who have not entered before the halt */
  async run<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.halt.aborted) throw new StoppedError();
    if (this.free > 0) this.free -= 1;
    else await this.turn();
    try {
      return await action();
    } finally {
      const next = this.waiting.shift();
      if (next) next.enter();
      else this.free += 1;
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ enter: resolve, refuse: reject }));
  }

  private refuseAll(): void {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) next.refuse(new StoppedError());
  }
}
