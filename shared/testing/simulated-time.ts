import { StoppedError } from "../airbyte/errors";

interface Timer {
  atMs: number;
  /** Timers of the same moment fire in the order in which they were set. */
  order: number;
  fire(): void;
}

/** Time for several actors at once: it stands still while anybody works, and leaps to the next timer when all wait. */
export class SimulatedTime {
  private readonly timers: Timer[] = [];
  private order = 0;

  constructor(public nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)) {}

  readonly now = (): number => this.nowMs;

  readonly sleep = (durationMs: number, stop?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (stop?.aborted) return reject(new StoppedError());
      const onStop = (): void => {
        const index = this.timers.indexOf(timer);
        if (index >= 0) this.timers.splice(index, 1);
        reject(new StoppedError());
      };
      const fire = (): void => {
        stop?.removeEventListener("abort", onStop);
        resolve();
      };
      const timer: Timer = { atMs: this.nowMs + Math.max(0, durationMs), order: this.order++, fire };
      this.timers.push(timer);
      stop?.addEventListener("abort", onStop, { once: true });
    });

  /** Lets time pass until the work is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await new Promise(setImmediate);
      if (isDone) return work;
      const next = this.takeNext();
      if (!next) throw new Error("Everybody waits for something that will not happen");
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.fire();
    }
  }

  private takeNext(): Timer | undefined {
    let first = 0;
    for (const [index, { atMs, order }] of this.timers.entries()) {
      const best = this.timers[first] as Timer;
      if (atMs < best.atMs || (atMs === best.atMs && order < best.order)) first = index;
    }
    return this.timers.splice(first, 1)[0];
  }
}
