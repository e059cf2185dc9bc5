import { Transform, type TransformCallback } from "node:stream";

/**
 * Takes the framing off a body in `aws-chunked` encoding with a trailer
 * (`x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER`), which is how current SDKs send streams.
 * s3rver 4 knows the older signed framing only. Checksums in the trailer are not verified.
 */
export class AwsChunkedDecoder extends Transform {
  #pending: Buffer = Buffer.alloc(0);
  /** bytes of the current chunk still to come; undefined while its header is awaited */
  #left: number | undefined;
  #ended = false;

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
    while (!this.#ended && this.#step());
    done();
  }

  override _flush(done: TransformCallback): void {
    done(this.#ended ? null : new Error("the aws-chunked body ended before its last chunk"));
  }

  /** Consumes one header or one piece of a chunk; false when more data is needed. */
  #step(): boolean {
    if (this.#left === undefined) {
      const end = this.#pending.indexOf("\r\n");
      if (end === -1) return false;
      const header = this.#pending.subarray(0, end).toString("latin1");
      this.#pending = this.#pending.subarray(end + 2);
      // The CRLF that ends the chunk before reads as an empty header.
      if (header === "") return true;
      this.#left = Number.parseInt(header, 16);
      this.#ended = this.#left === 0;
      return true;
    }
    if (this.#pending.length === 0) return false;
    const piece = this.#pending.subarray(0, this.#left);
    this.push(piece);
    this.#pending = this.#pending.subarray(piece.length);
    this.#left = piece.length === this.#left ? undefined : this.#left - piece.length;
    return true;
  }
}
