import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { partVersion, type StagedObject } from "./part-file";

/** Parts are read once at the most: speed counts more than size. */
const gzipOptions = { level: 1, chunkSize: 1 << 18 };
const compress = promisify(gzip);

const firstBytes = 1 << 16;
/** UTF-8 takes at most so many bytes for a UTF-16 unit. */
const maxBytesPerUnit = 3;

/**
 * A part while it collects: a line an object, behind a header. Hot path: texts are copied straight into
 * the bytes that are compressed.
 */
export class PartText {
  private bytes = Buffer.allocUnsafe(firstBytes);
  private objects = 0;
  sizeBytes = 0;

  add({ slot, identity, also, json, encoding, fingerprints }: StagedObject, batch: number): void {
    const identities = also ? [identity, ...also] : identity;
    this.append(`[${batch},${JSON.stringify(slot)},${JSON.stringify(identities)},`);
    this.append(json, encoding);
    this.append(fingerprints.length === 0 ? "]\n" : `,[${fingerprints.join()}]]\n`);
    this.objects += 1;
  }

  /** The file; compressed in the background. */
  encode(): Promise<Buffer> {
    const header = Buffer.from(`${JSON.stringify({ version: partVersion, objects: this.objects })}\n`);
    return compress(Buffer.concat([header, this.bytes.subarray(0, this.sizeBytes)]), gzipOptions);
  }

  private append(text: string, encoding: "latin1" | "utf8" = "utf8"): void {
    const needed = this.sizeBytes + text.length * maxBytesPerUnit;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.sizeBytes);
      this.bytes = larger;
    }
    this.sizeBytes += this.bytes.write(text, this.sizeBytes, encoding);
  }
}
