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
    const copy = this.room(end - start);
    copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
    return copy;
  }

  /** Room for so many bytes, which are to be written at once. */
  room(length: number): Uint8Array {
    if (length > this.piece.length - this.used) {
      this.piece = Buffer.allocUnsafeSlow(Math.max(pieceBytes, length));
      this.used = 0;
    }
    const { buffer } = this.piece;
    const room = new Uint8Array(buffer, this.used, length);
    this.used += length;
    return room;
  }
}
