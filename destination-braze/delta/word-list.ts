const firstWords = 1 << 10;

/** Takes profiles: part, and halves of the hash, of each identity. */
export interface ProfileList {
  push(partition: number, lo: number, hi: number): unknown;
}

/** Words of 32 bits, three at a time: an array of numbers would be copied by every garbage collection. */
export class WordList implements ProfileList {
  private room = new Uint32Array(firstWords);
  private used = 0;

  push(one: number, two: number, three: number): void {
    if (this.used + 3 > this.room.length) {
      const larger = new Uint32Array(2 * this.room.length);
      larger.set(this.room);
      this.room = larger;
    }
    const { room, used } = this;
    room[used] = one;
    room[used + 1] = two;
    room[used + 2] = three;
    this.used = used + 3;
  }

  get words(): Uint32Array {
    return this.room.subarray(0, this.used);
  }
}
