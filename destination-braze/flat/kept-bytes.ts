const pieceBytes = 1 << 16;

/**
 * Copies of short texts that live a while, one behind the other in large pieces of memory: outside of the heap,
 * where the garbage collector would move each of them twice.
 */
export class KeptBytes {
  private piece = Buffer.alloc(0);
  private used = 0;

  /** Copies the bytes between two places. */
  keep(bytes: Buffer, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > this.piece.length - this.used) {
      this.piece = Buffer.allocUnsafeSlow(Math.max(pieceBytes, length));
      this.used = 0;
    }
    const { buffer } = this.piece;
    const copy = new Uint8Array(buffer, this.used, length);
    copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length));
    this.used += length;
    return copy;
  }
}
