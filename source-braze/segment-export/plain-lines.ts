import { isUtf8 } from "node:buffer";
import type { LineSpans } from "@braze-connectors/shared/airbyte/lines";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { exportLines } from "@braze-connectors/shared/wasm/generated/export-lines";
import { instantiate } from "@braze-connectors/shared/wasm/instantiate";

/** What shared/wasm/assembly/export-lines.ts exports. */
interface ExportLines {
  memory: WebAssembly.Memory;
  input(): number;
  output(): number;
  around(): number;
  setAround(front: number, back: number): void;
  keys(): number;
  setKnownKeys(count: number): void;
  unknownKeyStart(): number;
  unknownKeyEnd(): number;
  unknownKeyPlace(): number;
  passOn(from: number, to: number): number;
  endOfOutput(): number;
  why(): number;
}

// As there.
const unknownKey = -2;
const outputFull = -3;
const inputBytes = 1 << 20;
const mostKeys = 256;
const keyBytes = 64;
const keyHeaderBytes = 8;

/** For lines and for the records that they become, with margins. */
const roomBytes = 3 * inputBytes;
const lineFeed = 0x0a;

/** A key as it is spelled in a line, with its quotes, and whether its member is passed on. */
interface KnownKey {
  bytes: Buffer;
  passesOn: boolean;
}

/**
 * The fast path of an export that is passed on as it is: lines go from the file to the output as the bytes that
 * Braze wrote, behind our columns, without the members that were not asked for. WebAssembly proves on the way
 * that each holds one JSON object and makes its record, a piece of the file at a time: no line becomes a string,
 * a value or a Buffer (`npm run bench -- read-s3`).
 *
 * It takes what is a JSON text (RFC 8259) in valid UTF-8, which is what parseLine (json-line.ts) takes too,
 * but for escaped surrogates, lines that are very long, objects that are very deep or have very many keys, and
 * those without a member to pass on; what it does not take is for parseLine to judge. Property tests compare
 * the two.
 */
export class PlainLines {
  private readonly front: Buffer;
  private readonly module: ExportLines;
  private readonly memory: Buffer;
  /** Braze writes the columns of all users in one order, in which the keys stand here. */
  private readonly keys: KnownKey[] = [];
  /** From the place of a line in its piece to its place in the module's memory. */
  private shift = 0;
  /** Behind the last line; 0 when nothing was loaded. */
  private end = 0;
  private starts: readonly number[] = [];
  private back = "";

  /**
   * @param front what every record begins with, as JSON text: an object that is not closed yet
   * @param passesOn whether a member of an exported object is passed on, by its key
   */
  constructor(
    front: string,
    private readonly passesOn: (key: string) => boolean,
    private readonly emitter: StreamEmitter,
  ) {
    const { beforeData } = emitter.envelope;
    this.front = Buffer.from(`${beforeData}${front === "{" ? front : `${front},`}`);
    this.module = instantiate<ExportLines>(exportLines, roomBytes + this.front.length);
    this.memory = Buffer.from(this.module.memory.buffer);
    this.memory.set(this.front, this.module.around());
  }

  /** Takes lines to be passed on; the memory that they are in may be used anew afterwards. */
  load({ bytes, starts, ends }: LineSpans): void {
    const start = starts[0] ?? 0;
    const lines = bytes.subarray(start, ends.at(-1));
    this.starts = starts;
    this.end = 0;
    // Longer is only what holds a single line. Lines that are not UTF-8 are told from the others one by one.
    if (lines.length >= inputBytes || !isUtf8(lines)) return;
    const input = this.module.input();
    this.memory.set(lines, input);
    this.shift = input - start;
    this.end = input + lines.length + 1;
    this.memory[this.end - 1] = lineFeed;
  }

  /**
   * Emits lines that were loaded, up to the first one that is not as Braze writes them.
   * @param index of the line to begin with
   * @returns how many it emitted
   */
  async passOn(index: number): Promise<number> {
    const { module, end, starts, shift } = this;
    let next = index;
    while (next < starts.length && end > 0) {
      this.setBack();
      const lines = module.passOn(shift + (starts[next] ?? 0), end);
      next += lines;
      if (lines > 0) {
        const slowHost = this.emitter.recordLines(
          this.memory.subarray(module.output(), module.endOfOutput()),
          lines,
        );
        if (slowHost) await slowHost;
      }
      const why = module.why();
      if (why !== outputFull && (why !== unknownKey || !this.learnKey())) break;
    }
    return next - index;
  }

  private setBack(): void {
    const back = this.emitter.envelope.afterData();
    if (back === this.back) return;
    this.back = back;
    const { module, memory, front } = this;
    module.setAround(front.length, memory.write(back, module.around() + front.length));
  }

  /** @returns whether the module knows the key now that it did not know */
  private learnKey(): boolean {
    const { module, memory, keys } = this;
    const bytes = Buffer.from(memory.subarray(module.unknownKeyStart(), module.unknownKeyEnd()));
    if (keys.length === mostKeys || bytes.length > keyBytes - keyHeaderBytes) return false;
    keys.splice(module.unknownKeyPlace(), 0, {
      bytes,
      passesOn: this.passesOn(JSON.parse(bytes.toString()) as string),
    });
    let at = module.keys();
    for (const { bytes, passesOn } of keys) {
      memory.writeUInt32LE(bytes.length, at);
      memory.writeUInt32LE(passesOn ? 1 : 0, at + 4);
      memory.set(bytes, at + keyHeaderBytes);
      at += keyBytes;
    }
    module.setKnownKeys(keys.length);
    return true;
  }
}
