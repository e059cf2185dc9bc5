import { flatRecord } from "@braze-connectors/shared/wasm/generated/flat-record";
import { instantiate } from "@braze-connectors/shared/wasm/instantiate";
import { identifier } from "./shape";

/** What shared/wasm/assembly/flat-record.ts exports. */
interface FlatRecordModule {
  memory: WebAssembly.Memory;
  inputAt(): number;
  hashesAt(): number;
  foundAt(): number;
  identityAt(): number;
  freeAt(): number;
  read(shape: number, start: number, end: number, lineLength: number): number;
}

/** What a column may hold, as there. */
const kinds = { text: 0, custom: 1, external_id: 2 };
const shapeHeaderBytes = 4;
const columnBytes = 12;
const foundWords = 7;
const hashWords = 1024;
/** Longer records may have attributes that are too large, which is looked at in the usual way. */
export const longestLineBytes = 50_000;
/** All shapes of all streams. */
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
 * was read stands in `found` and `hashes` until the next record.
 */
class FlatReader {
  /** Where the identifier's text begins in the line and ends, whether all is ASCII, hash64 and XXH64 of the identity. */
  readonly found: Int32Array;
  /** Hashes of the attributes, in pairs. */
  readonly hashes: Uint32Array;
  private readonly module = instantiate<FlatRecordModule>(flatRecord, shapesBytes + marginBytes);
  private readonly memory = Buffer.from(this.module.memory.buffer);
  private readonly inputAt = this.module.inputAt();
  private readonly identityAt = this.module.identityAt();
  private readonly prefixBytes: number;
  private freeAt = this.module.freeAt();
  private readonly endOfShapes = this.freeAt + shapesBytes;

  constructor() {
    const { module, memory } = this;
    this.found = new Int32Array(memory.buffer, module.foundAt(), foundWords);
    this.hashes = new Uint32Array(memory.buffer, module.hashesAt(), hashWords);
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

  /** Takes a line that is to be read; at most `longestLineBytes`. */
  take(line: Uint8Array): void {
    this.memory.set(line, this.inputAt);
  }

  /** The identity of the record that was read last. */
  identity(encoding: "latin1" | "utf8"): string {
    const [start = 0, end = 0] = this.found;
    return this.memory.toString(encoding, this.identityAt, this.identityAt + this.prefixBytes + end - start);
  }

  /** @returns whether the data between two places of the line that was taken has the shape */
  read(shape: number, start: number, end: number, lineLength: number): boolean {
    return this.module.read(shape, start, end, lineLength) !== 0;
  }
}

let reader: FlatReader | undefined;

/** The reader of this process; made when the first one asks. */
export function flatReader(): FlatReader {
  reader ??= new FlatReader();
  return reader;
}

export type { FlatReader };
