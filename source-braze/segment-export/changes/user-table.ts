import type { Hash64 } from "@braze-connectors/shared/hash/hash64";

/** Words of an entry: the 12 bytes of a braze_id, then the hash. */
export const entryWords = 5;
const entriesPerChunk = 1 << 14;
const firstSlots = 1 << 10;
const maxLoad = 0.7;

/** What an export says of a user, against what was known. */
export type Finding = "new" | "changed" | "same";

/** Whether an identifier is one of Braze's: 12 bytes as 24 hexadecimal digits. */
export const isBrazeId = (id: unknown): id is string => typeof id === "string" && /^[0-9a-f]{24}$/.test(id);

/**
 * The users of a segment: for each braze_id a 64-bit hash, and whether the export at hand has the user.
 * Open addressing in typed arrays: 5 million users take about 140 MB.
 */
export class UserTable {
  /** Number of users. */
  size = 0;
  /** Number of users that the export at hand has. */
  seen = 0;
  /** 0: free; else the number of an entry, plus one. */
  private slots = new Uint32Array(firstSlots);
  private readonly chunks: Uint32Array[] = [];
  /** A bit for each entry, in the order of the entries. */
  private readonly seenBits: Uint32Array[] = [];

  /** Takes note of a user as the export at hand has it. */
  see(brazeId: string, { lo, hi }: Hash64): Finding {
    const before = this.size;
    const entry = this.entryOf(wordOf(brazeId, 0), wordOf(brazeId, 1), wordOf(brazeId, 2));
    const words = this.chunkOf(entry);
    const start = (entry % entriesPerChunk) * entryWords;
    const isSame = words[start + 3] === lo && words[start + 4] === hi;
    words[start + 3] = lo;
    words[start + 4] = hi;
    this.markSeen(entry);
    if (this.size > before) return "new";
    return isSame ? "same" : "changed";
  }

  /** Puts a user in as an index has it. */
  load(a: number, b: number, c: number, lo: number, hi: number): void {
    const entry = this.entryOf(a, b, c);
    const words = this.chunkOf(entry);
    const start = (entry % entriesPerChunk) * entryWords;
    words[start + 3] = lo;
    words[start + 4] = hi;
  }

  /** The users that the export at hand does not have, by braze_id. */
  *unseen(): Generator<string> {
    for (let entry = 0; entry < this.size; entry += 1) {
      if (this.isSeen(entry)) continue;
      const start = (entry % entriesPerChunk) * entryWords;
      const words = this.chunkOf(entry).subarray(start, start + 3);
      yield Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
    }
  }

  /**
   * The entries as they are, each `entryWords` long, in pieces of at most so many.
   * @param all whether users that the export at hand does not have are among them
   */
  *entries(all: boolean, atOnce: number): Generator<Uint32Array> {
    let left = all ? this.size : this.seen;
    let piece = new Uint32Array(Math.min(left, atOnce) * entryWords);
    let count = 0;
    for (let entry = 0; entry < this.size; entry += 1) {
      if (!all && !this.isSeen(entry)) continue;
      const start = (entry % entriesPerChunk) * entryWords;
      piece.set(this.chunkOf(entry).subarray(start, start + entryWords), count * entryWords);
      count += 1;
      if (count * entryWords < piece.length) continue;
      yield piece;
      left -= count;
      piece = new Uint32Array(Math.min(left, atOnce) * entryWords);
      count = 0;
    }
  }

  /** The number of a user's entry, which is made if there is none. */
  private entryOf(a: number, b: number, c: number): number {
    let slot = this.slotFor(a, b, c);
    const known = this.slots[slot] as number;
    if (known !== 0) return known - 1;
    if (this.size + 1 > this.slots.length * maxLoad) {
      this.grow();
      slot = this.slotFor(a, b, c);
    }
    const entry = this.size;
    if (entry % entriesPerChunk === 0) {
      this.chunks.push(new Uint32Array(entriesPerChunk * entryWords));
      this.seenBits.push(new Uint32Array(entriesPerChunk / 32));
    }
    this.chunkOf(entry).set([a, b, c], (entry % entriesPerChunk) * entryWords);
    this.slots[slot] = entry + 1;
    this.size += 1;
    return entry;
  }

  /** The slot that a user has, or would have. */
  private slotFor(a: number, b: number, c: number): number {
    const mask = this.slots.length - 1;
    for (let slot = home(a, b, c) & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.slots[slot] as number) - 1;
      if (entry === -1) return slot;
      const words = this.chunkOf(entry);
      const start = (entry % entriesPerChunk) * entryWords;
      if (words[start] === a && words[start + 1] === b && words[start + 2] === c) return slot;
    }
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let entry = 0; entry < this.size; entry += 1) {
      const words = this.chunkOf(entry);
      const start = (entry % entriesPerChunk) * entryWords;
      let slot = home(words[start] as number, words[start + 1] as number, words[start + 2] as number) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry + 1;
    }
  }

  private chunkOf(entry: number): Uint32Array {
    return this.chunks[Math.floor(entry / entriesPerChunk)] as Uint32Array;
  }

  private isSeen(entry: number): boolean {
    const bits = this.seenBits[Math.floor(entry / entriesPerChunk)] as Uint32Array;
    return ((bits[(entry % entriesPerChunk) >>> 5] as number) & (1 << (entry & 31))) !== 0;
  }

  private markSeen(entry: number): void {
    if (this.isSeen(entry)) return;
    const bits = this.seenBits[Math.floor(entry / entriesPerChunk)] as Uint32Array;
    const word = (entry % entriesPerChunk) >>> 5;
    bits[word] = (bits[word] as number) | (1 << (entry & 31));
    this.seen += 1;
  }
}

/** One of the three words that a braze_id is, most significant digit first. */
const wordOf = (brazeId: string, word: number): number =>
  Number.parseInt(brazeId.slice(8 * word, 8 * word + 8), 16);

/** Where the search for an identifier begins: its bytes are times and counters, not spread evenly. */
function home(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f);
  return mixed ^ (mixed >>> 13);
}
