import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { giveBack } from "@braze-connectors/shared/give-back";
import { partVersion, type StagedObject } from "./part-file";

/** Parts are read once at the most: speed counts more than size. */
const gzipOptions = { level: 1, chunkSize: 1 << 18 };
const compress = promisify(gzip);

const firstBytes = 1 << 16;
/** Room for the header, which is known only at the end. */
const headerBytes = 64;
/** UTF-8 takes at most so many bytes for a UTF-16 unit. */
const maxBytesPerUnit = 3;
const fewBytes = 32;
const comma = Buffer.from(",");
const endOfLine = Buffer.from("]\n");

/**
 * A part while it collects: a line an object, behind a header. Hot path: the lines of a batch are copied
 * at once, straight into the bytes that are compressed.
 */
export class PartText {
  private bytes: Buffer;
  private objects = 0;
  sizeBytes = headerBytes;
  private begin: { batch: number; slot: string; bytes: Uint8Array } | undefined;

  /** @param expectedBytes how large it will be, if it is like others */
  constructor(expectedBytes = 0) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(firstBytes, expectedBytes));
  }

  /** Adds the objects of a batch. */
  add(objects: readonly StagedObject[], batch: number): void {
    for (const { slot, identity, also, json, encoding, fingerprints } of objects) {
      this.appendBytes(this.beginOf(batch, slot));
      this.append(JSON.stringify(also ? [identity, ...also] : identity));
      this.appendBytes(comma);
      if (typeof json === "string") this.append(json, encoding);
      else this.appendBytes(json);
      if (fingerprints.length > 0) this.append(`,[${fingerprints.join()}]`);
      this.appendBytes(endOfLine);
    }
    this.objects += objects.length;
  }

  /** What a line begins with: mostly the same as that of the one before. */
  private beginOf(batch: number, slot: string): Uint8Array {
    if (this.begin?.batch !== batch || this.begin.slot !== slot)
      this.begin = { batch, slot, bytes: Buffer.from(`[${batch},${JSON.stringify(slot)},`) };
    return this.begin.bytes;
  }

  /** The file; compressed in the background. Nothing is added any more. @param reach see LeftPart */
  async encode(reach = 0): Promise<Buffer> {
    const header = JSON.stringify({
      version: partVersion,
      objects: this.objects,
      ...(reach > 0 ? { reach } : {}),
    });
    this.bytes.write(`${header.padEnd(headerBytes - 1)}\n`);
    const file = await compress(this.bytes.subarray(0, this.sizeBytes), gzipOptions);
    giveBack(this.bytes);
    return file;
  }

  private append(text: string, encoding: "latin1" | "utf8" = "utf8"): void {
    this.makeRoom(text.length * maxBytesPerUnit);
    this.sizeBytes += this.bytes.write(text, this.sizeBytes, encoding);
  }

  private appendBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.makeRoom(length);
    // Calling out costs more than copying a few bytes.
    if (length > fewBytes) this.bytes.set(bytes, this.sizeBytes);
    else
      for (let index = 0; index < length; index++)
        this.bytes[this.sizeBytes + index] = bytes[index] as number;
    this.sizeBytes += length;
  }

  private makeRoom(bytes: number): void {
    const needed = this.sizeBytes + bytes;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.sizeBytes);
    giveBack(this.bytes);
    this.bytes = larger;
  }
}
