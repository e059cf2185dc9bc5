import type { Readable, Writable } from "node:stream";

/**
 * Ends a body whose sender falls silent: the SDK only limits the time until an answer begins. Silence counts
 * while there is room for more; a reader that takes its time is not the sender's fault.
 * @param room where the body is piped to
 */
export function endOnSilence(body: Readable, room: Writable, patienceMs: number): void {
  const timer = setTimeout(() => {
    if (room.writableNeedDrain) timer.refresh();
    else body.destroy(Object.assign(new Error("the object stopped coming"), { code: "ETIMEDOUT" }));
  }, patienceMs);
  timer.unref();
  body.on("data", () => timer.refresh());
  const stop = (): void => clearTimeout(timer);
  body.once("close", stop);
  room.once("close", stop);
}
