import { write } from "node:fs";
import { errorCode, errorMessage } from "./errors";

/** Where output lines go. */
export interface Sink {
  /** Takes text; a returned promise asks the caller to wait (backpressure) before writing more. */
  write(text: string): Promise<void> | undefined;
  /** Resolves when everything taken has left the process. */
  flush(): Promise<void>;
}

/** Output can't be written any more, mostly because its reader went away (`read | head`). */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

/** Told when text goes out, so that nothing else gets into it on the same terminal. */
export interface Surroundings {
  /** Before a write. */
  hide(): void;
  /** After it. */
  show(): void;
}

const highWaterCharacters = 1 << 20;
const retryWhenFullMs = 5;

/**
 * Writes to a file descriptor off the event loop. `process.stdout.write` to a pipe blocks the whole
 * process on Linux while the reader is slow; a blocked process could neither keep requests alive nor
 * obey a SIGTERM.
 *
 * Once writing fails, every later `write` and `flush` rejects with an OutputClosedError.
 */
export class DescriptorSink implements Sink {
  private pending: string[] = [];
  private pendingCharacters = 0;
  private writing: Promise<void> | undefined;
  private failure: OutputClosedError | undefined;

  /** @param onFailure told once that nothing more can be written */
  constructor(
    private readonly descriptor: number,
    private readonly onFailure: () => void = () => undefined,
    private readonly surroundings?: Surroundings,
  ) {}

  write(text: string): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    this.pending.push(text);
    this.pendingCharacters += text.length;
    this.writing ??= this.drain();
    return this.pendingCharacters > highWaterCharacters ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failure) throw this.failure;
  }

  /** Never rejects, for it may run with nobody waiting; a failure is kept for the next caller. */
  private async drain(): Promise<void> {
    try {
      // One turn of the event loop gathers what is written together into one system call.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.pending.length > 0) {
        const bytes = Buffer.from(this.pending.join(""));
        this.pending = [];
        this.pendingCharacters = 0;
        this.surroundings?.hide();
        await this.writeAll(bytes);
        this.surroundings?.show();
      }
    } catch (error) {
      this.failure = closedError(error);
      this.pending = [];
      this.onFailure();
    } finally {
      this.writing = undefined;
    }
  }

  private async writeAll(bytes: Buffer): Promise<void> {
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += await writeSome(this.descriptor, bytes, offset);
      } catch (error) {
        if (errorCode(error) !== "EAGAIN") throw error;
        // The host made our stdout non-blocking and its buffer is full.
        await new Promise((resolve) => setTimeout(resolve, retryWhenFullMs));
      }
    }
  }
}

function closedError(error: unknown): OutputClosedError {
  const code = errorCode(error);
  const message =
    code === "EPIPE"
      ? "the reader of the output went away"
      : `the output can't be written (${code ?? errorMessage(error)})`;
  return new OutputClosedError(message, { cause: error });
}

function writeSome(descriptor: number, bytes: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, bytes.length - offset, null, (error, written) =>
      error ? reject(error) : resolve(written),
    );
  });
}
