import { StoppedError } from "../airbyte/errors";

/** A clock whose time passes only while somebody sleeps. */
export class FakeClock {
  readonly sleptMs: number[] = [];

  constructor(public nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)) {}

  readonly now = (): number => this.nowMs;

  readonly sleep = async (durationMs: number, stop: AbortSignal): Promise<void> => {
    if (stop.aborted) throw new StoppedError();
    this.sleptMs.push(durationMs);
    this.nowMs += durationMs;
  };
}
