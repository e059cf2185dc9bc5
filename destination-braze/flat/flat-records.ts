import type { JsonObject } from "@braze-connectors/shared/json";
import { partitionOfHash } from "../delta/partition";
import { type FlatReader, flatReader, longestLineBytes } from "./flat-reader";
import { KeptBytes } from "./kept-bytes";
import { type FlatShape, shapeOf } from "./shape";

/** Shapes that a stream's records are compared with. */
const maxShapes = 8;
/** Orders of columns that are looked at before no more is learned. */
const maxOrders = 64;
/** So many records are read in vain before it is asked whether that pays. */
const patience = 1000;
const none = new Uint32Array(0);
const kept = new KeptBytes();

/**
 * Reads the records of a stream that are flat and look like earlier ones, without parsing them. What was read
 * last stands in its fields, until the next record.
 */
export class FlatRecords {
  private readonly shapes: FlatShape[] = [];
  private readonly orders = new Set<string>();
  private found = 0;
  private missed = 0;
  /** The shape of what was read last. */
  shape: FlatShape | undefined;
  /** What `Messages` says of each record. */
  readonly message = { kind: "flat record", flat: this } as const;
  line: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** Loaded with the first shape. */
  private reader: FlatReader | undefined;

  /**
   * @param stream whose records they are
   * @param numbersOf see `shapeOf`
   */
  constructor(
    readonly stream: string,
    private readonly numbersOf: (names: readonly string[]) => readonly number[] | undefined,
  ) {}

  /** @returns whether the data between two places of a line was read */
  read(line: Buffer, start: number, end: number): boolean {
    if (!this.pays) return false;
    this.line = line;
    this.start = start;
    this.end = end;
    if (this.isRead(line, start, end)) {
      this.found += 1;
      return true;
    }
    this.missed += 1;
    return false;
  }

  private isRead(line: Buffer, start: number, end: number): boolean {
    const { reader, shape } = this;
    if (!reader || line.length > longestLineBytes) return false;
    reader.take(line);
    if (shape && reader.read(shape.number, start, end, line.length)) return true;
    for (const other of this.shapes) {
      if (other === shape || !reader.read(other.number, start, end, line.length)) continue;
      this.shape = other;
      return true;
    }
    return false;
  }

  /** Takes note of the columns of a record that was not read. */
  learn(data: JsonObject): void {
    if (!this.pays || this.shapes.length >= maxShapes || this.orders.size >= maxOrders) return;
    const columns = Object.keys(data);
    const order = JSON.stringify(columns);
    if (this.orders.has(order)) return;
    this.orders.add(order);
    const shape = shapeOf(columns, this.numbersOf);
    if (!shape) return;
    this.shapes.push(shape);
    this.reader = flatReader();
  }

  /** See objects/identity.ts. */
  get identity(): string {
    return this.reader?.identity(this.encoding) ?? "";
  }

  /** Whether all texts of the record have ASCII characters only. */
  get isAscii(): boolean {
    return this.word(2) !== 0;
  }

  /** Hash of the identity; its halves. */
  get idLo(): number {
    return this.word(3) >>> 0;
  }

  get idHi(): number {
    return this.word(4) >>> 0;
  }

  /** The part of the index that the identity belongs to. */
  get partition(): number {
    return partitionOfHash(this.spreadLo, this.spreadHi);
  }

  /** The hash by which identities are spread over parts and shards; its halves. */
  get spreadLo(): number {
    return this.word(5) >>> 0;
  }

  get spreadHi(): number {
    return this.word(6) >>> 0;
  }

  /** Hashes of the attributes, in pairs. */
  get hashes(): Uint32Array {
    return this.reader?.hashes ?? none;
  }

  /** The data as it came. */
  get text(): string {
    return this.line.toString(this.encoding, this.start, this.end);
  }

  /** The same as a copy of its UTF-8. */
  get utf8(): Uint8Array {
    return kept.keep(this.line, this.start, this.end);
  }

  get lineBytes(): number {
    return this.line.length;
  }

  get sizeBytes(): number {
    return this.end - this.start;
  }

  /** What FlatReader found. */
  private word(index: number): number {
    return this.reader?.found[index] ?? 0;
  }

  /** Of ASCII characters both are right, and this one is faster. */
  private get encoding(): "latin1" | "utf8" {
    return this.isAscii ? "latin1" : "utf8";
  }

  /** Reading in vain costs little, but not nothing. */
  private get pays(): boolean {
    return this.missed < patience + 4 * this.found;
  }
}
