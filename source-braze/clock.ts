import { sleep } from "@braze-connectors/shared/airbyte/context";

/** Time, as what waits for Braze sees it; tests bring their own. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** @throws StoppedError when the host asks the connector to stop meanwhile */
  sleep(durationMs: number, stop: AbortSignal): Promise<void>;
}

export const systemClock: Clock = { now: Date.now, sleep };
