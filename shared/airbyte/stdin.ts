import type { Readable } from "node:stream";
import { errorCode, errorMessage, systemError } from "./errors";
import { takeUntil } from "./take-until";

/**
 * Reads a stream until it ends or the host asks us to stop: a read that waits for a silent host would
 * keep the connector from stopping. What was not taken by then stays unread, so the last line taken may
 * be cut off (see readLines).
 * @throws system_error when the stream can't be read
 */
export async function* stoppableInput(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* takeUntil<Buffer>(stream, stop);
  } catch (error) {
    throw systemError(`The input can't be read (${errorCode(error) ?? errorMessage(error)}).`, {
      help: "bad-input",
      cause: error,
    });
  } finally {
    stream.destroy();
  }
}
