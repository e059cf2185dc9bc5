import type { Context } from "./context";
import { liveText, logText, type Progress } from "./progress";

const drawEveryMs = 200;
const logEveryMs = 30_000;

/** Runs something again and again until it is told to stop; for tests another than the real one. */
export type Repeat = (action: () => void, everyMs: number) => () => void;

const repeat: Repeat = (action, everyMs) => {
  const timer = setInterval(action, everyMs);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Shows how far a sync is until it is told to stop: all the time on a terminal, now and then in the log otherwise.
 * @param look says how far it is now
 */
export function showProgress(
  { liveLine, log }: Pick<Context, "liveLine" | "log">,
  look: () => Progress,
  every: Repeat = repeat,
): () => void {
  if (!liveLine) return every(() => log.info(logText(look())), logEveryMs);
  const stop = every(() => liveLine.draw(liveText(look(), liveLine.columns)), drawEveryMs);
  return () => {
    stop();
    liveLine.clear();
  };
}
