import { flatRecord } from "@braze-connectors/shared/wasm/generated/flat-record";
import { instantiate } from "@braze-connectors/shared/wasm/instantiate";
import type { Envelope } from "../record-lines";
import { identifier } from "./shape";

/** What shared/wasm/assembly/flat-record.ts exports. */
interface FlatRecordModule {
  memory: WebAssembly.Memory;
  inputAt(): number;
  hashesAt(): number;
  endsAt(): number;
  foundAt(): number;
  identityAt(): number;
  freeAt(): number;
  read(shape: number, start: number, end: number): number;
  readLine(envelope: number, shape: number, lineStart: number, lineEnd: number): number;
}

/** What a column may hold, as there. */
const kinds = { text: 0, custom: 1, external_id: 2 };
const shapeHeaderBytes = 4;
const columnBytes = 12;
const envelopeBytes = 16;
const foundWords = 9;
const hashWords = 1024;
const mostColumns = 512;
/** Longer records may have attributes that are too large, which is looked at in the usual way. */
export const longestLineBytes = 50_000;
/** What is read at a time: lines that follow one another, or one of them. */
const inputBytes = 1 << 17;
/** All shapes and envelopes of all streams. */
const shapesBytes = 4 << 20;
/** Keys are compared sixteen bytes at a time. */
const marginBytes = 16;

/** A column of a shape: the bytes before each value, and what the value may be. */
export interface ReadColumn {
  key: Uint8Array;
  kind: keyof typeof kinds;
}

/**
 * Reads flat records in WebAssembly: one instance for all streams, for each reserves a large address space. What
 * was read stands here until the next record.
 */
class FlatReader {
  /**
   * Where the identifier's text begins and ends, whether all is ASCII, hash64 and XXH64 of the identity, where the
   * data begins and ends.
   */
  readonly found: Int32Array;
  /** Hashes of the attributes, in pairs. */
  readonly hashes: Uint32Array;
  private readonly ends: Int32Array;
  private readonly module = instantiate<FlatRecordModule>(flatRecord, shapesBytes + marginBytes);
  private readonly memory = Buffer.from(this.module.memory.buffer);
  private readonly inputAt = this.module.inputAt();
  private readonly identityAt = this.module.identityAt();
  private readonly prefixBytes: number;
  private freeAt = this.module.freeAt();
  private readonly envelopes = new Map<Envelope, number | undefined>();
  /** What can be read without copying it first, and from where on. */
  private seen: Buffer | undefined;
  private seenFrom = 0;
  private readonly endOfShapes = this.freeAt + shapesBytes;

  constructor() {
    const { module, memory } = this;
    this.found = new Int32Array(memory.buffer, module.foundAt(), foundWords);
    this.hashes = new Uint32Array(memory.buffer, module.hashesAt(), hashWords);
    this.ends = new Int32Array(memory.buffer, module.endsAt(), mostColumns);
    this.prefixBytes = memory.write(`${identifier}:`, this.identityAt);
  }

  /** Keeps a shape in mind. @returns what to call it; undefined when there is no room */
  addShape(columns: readonly ReadColumn[]): number | undefined {
    const { memory, freeAt: shape } = this;
    let keyAt = shape + shapeHeaderBytes + columns.length * columnBytes;
    const end = columns.reduce((sum, { key }) => sum + key.length, keyAt);
    if (end > this.endOfShapes) return undefined;
    memory.writeInt32LE(columns.length, shape);
    for (const [index, { key, kind }] of columns.entries()) {
      const column = shape + shapeHeaderBytes + index * columnBytes;
      memory.writeInt32LE(kinds[kind], column);
      memory.writeInt32LE(key.length, column + 4);
      memory.writeInt32LE(keyAt, column + 8);
      memory.set(key, keyAt);
      keyAt += key.length;
    }
    // Words are read faster where words begin.
    this.freeAt = (end + 3) & ~3;
    return shape;
  }

  /** What an envelope is called here; undefined when there is no room. */
  envelope(envelope: Envelope): number | undefined {
    if (!this.envelopes.has(envelope)) this.envelopes.set(envelope, this.addEnvelope(envelope));
    return this.envelopes.get(envelope);
  }

  private addEnvelope({ before, after }: Envelope): number | undefined {
    const { memory, freeAt: envelope } = this;
    const beforeAt = envelope + envelopeBytes;
    const afterAt = beforeAt + before.length;
    const end = afterAt + after.length;
    if (end > this.endOfShapes) return undefined;
    for (const [index, word] of [before.length, beforeAt, after.length, afterAt].entries())
      memory.writeInt32LE(word, envelope + 4 * index);
    memory.set(before, beforeAt);
    memory.set(after, afterAt);
    this.freeAt = (end + 3) & ~3;
    return envelope;
  }

  /**
   * Makes the bytes between two places readable. Hot path: those around them are copied along, for they come next.
   * @returns whether it can be done
   */
  private see(bytes: Buffer, start: number, end: number): boolean {
    if (bytes === this.seen) return true;
    const { memory, inputAt } = this;
    if (bytes.length <= inputBytes) {
      memory.set(bytes, inputAt);
      memory[inputAt + bytes.length] = 0;
      this.seen = bytes;
      this.seenFrom = 0;
      return true;
    }
    if (end - start > inputBytes) return false;
    memory.set(bytes.subarray(start, end), inputAt);
    memory[inputAt + end - start] = 0;
    this.seen = undefined;
    this.seenFrom = start;
    return true;
  }

  /** The identity of the record that was read last. */
  identity(encoding: "latin1" | "utf8"): string {
    const [start = 0, end = 0] = this.found;
    return this.memory.toString(encoding, this.identityAt, this.identityAt + this.prefixBytes + end - start);
  }

  /** @returns whether the data between two places has the shape */
  read(shape: number, bytes: Buffer, start: number, end: number): boolean {
    if (!this.see(bytes, start, end)) return false;
    const from = this.seenFrom;
    return this.module.read(shape, start - from, end - from) !== 0;
  }

  /** @returns whether the line between two places has data of the shape in the envelope */
  readLine(envelope: number, shape: number, bytes: Buffer, start: number, end: number): boolean {
    if (!this.see(bytes, start, end)) return false;
    const from = this.seenFrom;
    return this.module.readLine(envelope, shape, start - from, end - from) !== 0;
  }

  /** Where the data that was read last begins in the bytes that were given, and where it ends. */
  get dataStart(): number {
    return (this.found[7] as number) + this.seenFrom;
  }

  get dataEnd(): number {
    return (this.found[8] as number) + this.seenFrom;
  }

  /** Where the value of a column ends in them. */
  endOf(column: number): number {
    return (this.ends[column] as number) + this.seenFrom;
  }
}

let reader: FlatReader | undefined;

/** The reader of this process; made when the first one asks. */
export function flatReader(): FlatReader {
  reader ??= new FlatReader();
  return reader;
}

export type { FlatReader };
