import { setMaxListeners } from "node:events";

/** How long a sync may take to end after the host asked it to. */
export const graceMs = 10_000;

export interface Shutdown {
  signal: AbortSignal;
  /** Stops for another reason than a signal: there is nobody left to work for. */
  stop(): void;
  /** The signal that asked us to stop, if one did. */
  received(): NodeJS.Signals | undefined;
}

/**
 * Turns SIGTERM and SIGINT into an abort: the first one lets the sync finish what is in flight, a
 * second one, or the end of the grace time, ends the process at once.
 * @param leaving called just before the process ends at once
 */
export function listenForShutdown(leaving: () => void = () => undefined): Shutdown {
  const controller = new AbortController();
  // Every request in flight listens to it; Node.js would take more than ten for a leak.
  setMaxListeners(0, controller.signal);
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const endAtOnce = (): void => {
      leaving();
      endBySignal(signal);
    };
    if (received) {
      endAtOnce();
      return;
    }
    received = signal;
    setTimeout(endAtOnce, graceMs).unref();
    controller.abort();
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return { signal: controller.signal, stop: () => controller.abort(), received: () => received };
}

/**
 * Ends the process as the signal itself would have: parents (shells, PyAirbyte) tell a stop from a
 * failure by that. As process 1 of a container the default action is ignored; there the exit code says it.
 */
export function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(signal === "SIGINT" ? 130 : 143), 50);
}
