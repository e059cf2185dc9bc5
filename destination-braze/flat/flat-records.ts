import type { JsonObject } from "@braze-connectors/shared/json";
import { partitionOfHash } from "../delta/partition";
import { KeptBytes } from "../pipeline/kept-bytes";
import type { Envelope } from "../record-lines";
import { type FlatReader, flatReader, longestLineBytes } from "./flat-reader";
import { type FlatShape, shapeOf } from "./shape";

/** Shapes that a stream's records are compared with. */
const maxShapes = 8;
/** Orders of columns that are looked at before no more is learned. */
const maxOrders = 64;
/** So many records are read in vain before it is asked whether that pays. */
const patience = 1000;
const none = new Uint32Array(0);
const kept = new KeptBytes();
const openBrace = 0x7b;
const closeBrace = 0x7d;

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
  private bytes: Buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  /** Length of its line. */
  lineBytes = 0;
  /** Loaded with the first shape. */
  private reader: FlatReader | undefined;
  /** What stood around the data that was read last, and what FlatReader calls it. */
  private envelope: Envelope | undefined;
  private envelopeNumber: number | undefined;

  /**
   * @param stream whose records they are
   * @param numbersOf see `shapeOf`
   */
  constructor(
    readonly stream: string,
    private readonly numbersOf: (names: readonly string[]) => readonly number[] | undefined,
  ) {}

  /**
   * Reads a line that looks like the one that was read last. Hot path: nothing else is done for most lines.
   * @returns whether the line between two places was read
   */
  readLine(bytes: Buffer, lineStart: number, lineEnd: number): boolean {
    const { reader, shape, envelopeNumber } = this;
    if (!reader || !shape || envelopeNumber === undefined || !this.pays) return false;
    this.lineBytes = lineEnd - lineStart;
    if (this.lineBytes > longestLineBytes) return false;
    if (!reader.readLine(envelopeNumber, shape.number, bytes, lineStart, lineEnd)) return false;
    this.took(bytes, reader.dataStart, reader.dataEnd);
    return true;
  }

  /** Takes note of what stood around the data that was read last. */
  expect(envelope: Envelope): void {
    if (this.envelope === envelope) return;
    this.envelope = envelope;
    this.envelopeNumber = this.reader?.envelope(envelope);
  }

  /** @returns whether the data between two places was read */
  read(bytes: Buffer, start: number, end: number, lineBytes: number): boolean {
    if (!this.pays) return false;
    this.lineBytes = lineBytes;
    if (this.isRead(bytes, start, end)) {
      this.took(bytes, start, end);
      return true;
    }
    this.missed += 1;
    return false;
  }

  private took(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.found += 1;
  }

  private isRead(bytes: Buffer, start: number, end: number): boolean {
    const { reader, shape } = this;
    if (!reader || this.lineBytes > longestLineBytes) return false;
    if (shape && reader.read(shape.number, bytes, start, end)) return true;
    for (const other of this.shapes) {
      if (other === shape || !reader.read(other.number, bytes, start, end)) continue;
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

  /** Whether the record has ASCII characters only, in names and in values. */
  get isAscii(): boolean {
    return this.word(2) !== 0 && this.shape?.hasAsciiNames === true;
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
    return this.bytes.toString(this.encoding, this.start, this.end);
  }

  /** The same as a copy of its UTF-8. */
  get utf8(): Uint8Array {
    return kept.keep(this.bytes, this.start, this.end);
  }

  /** An object of some of its columns, given in their order, as UTF-8. */
  utf8Of(columns: readonly number[]): Uint8Array {
    const { bytes } = this;
    let length = 1;
    for (const column of columns) length += this.endOf(column) - this.endOf(column - 1);
    const object = kept.room(length);
    let at = 0;
    for (const column of columns) {
      const [start, end] = [this.endOf(column - 1), this.endOf(column)];
      // With what stands before it: the brace, or a comma.
      object.set(bytes.subarray(start, end), at);
      at += end - start;
    }
    object[0] = openBrace;
    object[at] = closeBrace;
    return object;
  }

  /** Where a column's value ends in the bytes; before the first one, where the data begins. */
  private endOf(column: number): number {
    return column < 0 ? this.start : (this.reader?.endOf(column) ?? 0);
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
