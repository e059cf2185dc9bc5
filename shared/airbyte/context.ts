import { StoppedError } from "./errors";
import type { LiveLine } from "./live-line";
import type { Logger, Output } from "./output";
import type { Secrets } from "./secrets";

/** What a command is given beside its inputs. */
export interface Context {
  output: Output;
  log: Logger;
  secrets: Secrets;
  /** Aborted when the host asks the connector to stop. */
  stop: AbortSignal;
  /** Where a person at a terminal sees how far it is; absent where nobody does. */
  liveLine?: LiveLine;
}

/** @throws StoppedError once the host has asked the connector to stop */
export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw new StoppedError();
}

/** The longest time that setTimeout knows; it takes anything longer for no time at all. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Waits, but not longer than the host lets us (and not longer than 24 days).
 * @throws StoppedError when asked to stop meanwhile
 */
export function sleep(durationMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) return reject(new StoppedError());
    const onStop = (): void => {
      clearTimeout(timer);
      reject(new StoppedError());
    };
    const timer = setTimeout(
      () => {
        stop.removeEventListener("abort", onStop);
        resolve();
      },
      Math.min(durationMs, longestTimerMs),
    );
    stop.addEventListener("abort", onStop, { once: true });
  });
}
