import { write } from "node:fs";
import { errorCode, errorMessage } from "./errors";

/** Where output lines go. */
export interface Sink {
  /** Takes text; a returned promise asks the caller to wait (backpressure) before writing more. */
  write(text: string): Promise<void> | undefined;
  /** Takes bytes. They are copied: the caller may use them anew. */
  writeBytes(bytes: Uint8Array): Promise<void> | undefined;
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

const blockBytes = 1 << 18;
/** A block that nobody needs at the moment is kept for later, up to so many. */
const mostSpareBlocks = 8;
const highWaterBytes = 1 << 20;
/** Once so little is waiting, more may come: the descriptor has work while the caller wakes up. */
const lowWaterBytes = highWaterBytes / 2;
/** A UTF-16 unit becomes at most so many bytes. */
const mostBytesPerCharacter = 3;
const retryWhenFullMs = 1;

/**
 * Writes to a file descriptor off the event loop. `process.stdout.write` to a pipe blocks the whole
 * process on Linux while the reader is slow; a blocked process could neither keep requests alive nor
 * obey a SIGTERM.
 *
 * What is taken is copied into blocks, which are used again and again: a record costs neither an
 * allocation nor a system call of its own.
 *
 * Once writing fails, every later `write` and `flush` rejects with an OutputClosedError.
 */
export class DescriptorSink implements Sink {
  /** What is taken next is put here, behind what is in it. */
  private block = newBlock();
  private filledBytes = 0;
  /** Pieces that are ready to be written, in order. */
  private ready: Buffer[] = [];
  private readonly spareBlocks: Buffer[] = [];
  /** Taken and not written. */
  private waitingBytes = 0;
  /** The writing of the first piece. */
  private step: Promise<void> = Promise.resolve();
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
    const mostBytes = text.length * mostBytesPerCharacter;
    if (mostBytes > blockBytes) return this.takeAlone(Buffer.from(text));
    this.makeRoom(mostBytes);
    const bytes = this.block.write(text, this.filledBytes);
    this.filledBytes += bytes;
    return this.noted(bytes);
  }

  writeBytes(bytes: Uint8Array): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    for (let from = 0; from < bytes.length; ) {
      if (this.filledBytes === blockBytes) this.closeBlock();
      const piece = bytes.subarray(from, from + blockBytes - this.filledBytes);
      this.block.set(piece, this.filledBytes);
      this.filledBytes += piece.length;
      from += piece.length;
    }
    return this.noted(bytes.length);
  }

  async flush(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failure) throw this.failure;
  }

  /** What is too large for a block is written by itself. */
  private takeAlone(bytes: Buffer): Promise<void> | undefined {
    this.closeBlock();
    this.ready.push(bytes);
    return this.noted(bytes.length);
  }

  private makeRoom(bytes: number): void {
    if (bytes > blockBytes - this.filledBytes) this.closeBlock();
  }

  private closeBlock(): void {
    if (this.filledBytes === 0) return;
    this.ready.push(this.block.subarray(0, this.filledBytes));
    this.block = this.spareBlocks.pop() ?? newBlock();
    this.filledBytes = 0;
  }

  private noted(bytes: number): Promise<void> | undefined {
    this.waitingBytes += bytes;
    this.writing ??= this.drain();
    return this.waitingBytes > highWaterBytes ? this.untilLittleWaits() : undefined;
  }

  private async untilLittleWaits(): Promise<void> {
    while (this.writing && this.waitingBytes > lowWaterBytes) await this.step;
    if (this.failure) throw this.failure;
  }

  /** Never rejects, for it may run with nobody waiting; a failure is kept for the next caller. */
  private async drain(): Promise<void> {
    // One turn of the event loop gathers what is written together into one system call.
    this.step = new Promise((resolve) => setImmediate(resolve));
    await this.step;
    while (this.waitingBytes > 0 && !this.failure) {
      if (this.ready.length === 0) this.closeBlock();
      this.step = this.writeFirst();
      await this.step;
    }
    this.writing = undefined;
  }

  private async writeFirst(): Promise<void> {
    const bytes = this.ready.shift() ?? Buffer.alloc(0);
    try {
      this.surroundings?.hide();
      await this.writeAll(bytes);
      this.surroundings?.show();
      this.waitingBytes -= bytes.length;
      this.keepBlock(bytes);
    } catch (error) {
      this.failure = closedError(error);
      this.ready = [];
      this.onFailure();
    }
  }

  private keepBlock({ buffer, byteOffset }: Buffer): void {
    const isBlock = byteOffset === 0 && buffer.byteLength === blockBytes;
    if (isBlock && this.spareBlocks.length < mostSpareBlocks) this.spareBlocks.push(Buffer.from(buffer));
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

/**
 * Keeps `process.stdout` from coming into being; what others print there goes to stderr, for stdout carries
 * messages only. Node.js makes a pipe non-blocking with it, and asks for it whenever a stream is piped
 * (`Readable.pipe` compares its target with it): a full pipe would then be tried again and again, instead of
 * the write waiting for its reader.
 */
export function keepStdoutForMessages(): void {
  Object.defineProperty(process, "stdout", { configurable: true, get: () => process.stderr });
}

/** Memory of its own, not a part of Node's pool. */
const newBlock = (): Buffer => Buffer.allocUnsafeSlow(blockBytes);

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
