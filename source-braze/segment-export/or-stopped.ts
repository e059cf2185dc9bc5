import { StoppedError } from "@braze-connectors/shared/airbyte/errors";

/**
 * The outcome of something that does not know of a stop itself; after one it is waited for only a little
 * longer, so that the sync ends within the time that the host gives it.
 * @throws StoppedError
 */
export function orStopped<Result>(work: Promise<Result>, stop: AbortSignal, graceMs = 0): Promise<Result> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onStop = (): void => {
      timer = setTimeout(() => reject(new StoppedError()), graceMs);
    };
    if (stop.aborted) onStop();
    else stop.addEventListener("abort", onStop, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
    });
  });
}
