const pieceWords = 1 << 14;

/**
 * Copies of a few words each that live a while, one behind the other in large pieces of memory: an array of its own
 * for each would be work for the garbage collector, and making a small typed array costs more than filling it.
 */
export class KeptWords {
  /** The piece with what was kept last. */
  words = new Uint32Array(0);
  private used = 0;

  /** Copies the first words. @returns where the copy stands in `words` */
  keep(words: Uint32Array, length: number): number {
    if (length > this.words.length - this.used) {
      this.words = new Uint32Array(Math.max(pieceWords, length));
      this.used = 0;
    }
    const at = this.used;
    for (let index = 0; index < length; index++) this.words[at + index] = words[index] as number;
    this.used += length;
    return at;
  }
}
