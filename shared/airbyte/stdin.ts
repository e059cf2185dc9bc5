import { fstatSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { errorCode, errorMessage, systemError } from "./errors";
import { takeUntil } from "./take-until";

const stdinDescriptor = 0;
/** Fits the caches. */
const pieceBytes = 1 << 16;

/**
 * What the host writes to us, until it ends or asks us to stop. Each piece is a Buffer of its own, though its memory
 * may be written over when the next one is asked for.
 * @throws system_error when it can't be read
 */
export const readStdin = (stop: AbortSignal): AsyncGenerator<Buffer> =>
  fstatSync(stdinDescriptor).isFile()
    ? fileInput(stdinDescriptor, stop)
    : stoppableInput(process.stdin, stop);

/**
 * Reads a file, again and again into the same memory. A read does not wait for anybody, so it is done at once: handing it to a thread and back costs
 * several times as much as the read itself. The descriptor stays open: the next file would get its number.
 * @throws system_error when it can't be read
 */
export async function* fileInput(descriptor: number, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    while (!stop.aborted) {
      const bytes = readSync(descriptor, piece);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
      // Whoever takes pieces without waiting would keep all others waiting.
      await setImmediate();
    }
  } catch (error) {
    throw unreadable(error);
  }
}

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
    throw unreadable(error);
  } finally {
    stream.destroy();
  }
}

const unreadable = (error: unknown): Error =>
  systemError(`The input can't be read (${errorCode(error) ?? errorMessage(error)}).`, {
    help: "bad-input",
    cause: error,
  });
