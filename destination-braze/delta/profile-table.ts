/**
 * What is remembered of the profiles of one part: for each identity, a 64-bit hash of each attribute.
 * Open addressing in typed arrays: about 140 bytes for a profile with 12 attributes, and millions of
 * look-ups a second. Identities and names are numbers here; see delta-index.ts.
 */
export interface Remembered {
  /** Number of attributes. */
  count: number;
  nameIds: Uint16Array;
  /** Low and high half of each hash, in pairs. */
  hashes: Uint32Array;
}

const chunkWords = 1 << 14;
const firstSlots = 64;
const maxLoad = 0.7;
/** Words before the names: the identity's hash (2), and count and capacity in one. */
const headerWords = 3;

const wordsFor = (capacity: number): number => headerWords + Math.ceil(capacity / 2) + 2 * capacity;
/** Profiles with more attributes would not fit a chunk; they are not remembered. */
const maxAttributes = 6000;

export class ProfileTable {
  /** Number of profiles. */
  size = 0;
  /** 0: free; else the position of an entry, plus one. */
  private slots = new Uint32Array(firstSlots);
  private readonly chunks: Uint32Array[] = [];
  private usedInLastChunk = chunkWords;

  /** Position of the entry of an identity, -1 when there is none. */
  find(idLo: number, idHi: number): number {
    const mask = this.slots.length - 1;
    for (let slot = idLo & mask; ; slot = (slot + 1) & mask) {
      const position = (this.slots[slot] as number) - 1;
      if (position === -1) return -1;
      if (this.word(position) === idLo && this.word(position + 1) === idHi) return position;
    }
  }

  /** Whether the entry remembers this very hash for an attribute. */
  has(position: number, nameId: number, lo: number, hi: number): boolean {
    const words = this.chunkOf(position);
    const start = position % chunkWords;
    const header = words[start + 2] as number;
    const count = header & 0xffff;
    const names = start + headerWords;
    for (let index = 0; index < count; index++) {
      const pair = words[names + (index >> 1)] as number;
      if ((index & 1 ? pair >>> 16 : pair & 0xffff) !== nameId) continue;
      const hash = names + ((((header >>> 16) as number) + 1) >> 1) + 2 * index;
      return words[hash] === lo && words[hash + 1] === hi;
    }
    return false;
  }

  /** Whether the entry remembers anything of an attribute. */
  hasName(position: number, nameId: number): boolean {
    return this.read(position).nameIds.includes(nameId);
  }

  /** Copies an entry out. */
  read(position: number): Remembered {
    const words = this.chunkOf(position);
    const start = position % chunkWords;
    const header = words[start + 2] as number;
    const count = header & 0xffff;
    const names = start + headerWords;
    const nameIds = new Uint16Array(count);
    for (let index = 0; index < count; index++) {
      const pair = words[names + (index >> 1)] as number;
      nameIds[index] = index & 1 ? pair >>> 16 : pair & 0xffff;
    }
    const hashes = names + (((header >>> 16) + 1) >> 1);
    return { count, nameIds, hashes: words.slice(hashes, hashes + 2 * count) };
  }

  /** Stores what is remembered of an identity from now on. */
  write(idLo: number, idHi: number, { count, nameIds, hashes }: Remembered): void {
    // What was remembered before must not be believed any more either.
    if (count > maxAttributes) {
      this.remove(idLo, idHi);
      return;
    }
    let position = this.find(idLo, idHi);
    if (position === -1 || this.word(position + 2) >>> 16 < count) {
      position = this.place(idLo, idHi, count, position);
    }
    const words = this.chunkOf(position);
    const start = position % chunkWords;
    const capacity = (words[start + 2] as number) >>> 16;
    words[start + 2] = (capacity << 16) | count;
    const names = start + headerWords;
    for (let index = 0; index < count; index += 2) {
      words[names + (index >> 1)] = (nameIds[index] as number) | ((nameIds[index + 1] ?? 0) << 16);
    }
    words.set(hashes.subarray(0, 2 * count), names + ((capacity + 1) >> 1));
  }

  /** Forgets an identity. */
  remove(idLo: number, idHi: number): void {
    const mask = this.slots.length - 1;
    let slot = idLo & mask;
    for (; ; slot = (slot + 1) & mask) {
      const position = (this.slots[slot] as number) - 1;
      if (position === -1) return;
      if (this.word(position) === idLo && this.word(position + 1) === idHi) break;
    }
    this.size -= 1;
    this.closeGap(slot, mask);
  }

  /** Calls back for each entry, in no particular order. */
  forEach(visit: (idLo: number, idHi: number, position: number) => void): void {
    for (const slot of this.slots) {
      if (slot !== 0) visit(this.word(slot - 1), this.word(slot), slot - 1);
    }
  }

  /** Moves the followers of a freed slot up, so that no search ends too early. */
  private closeGap(freed: number, mask: number): void {
    let gap = freed;
    for (let slot = (gap + 1) & mask; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.word((this.slots[slot] as number) - 1) & mask;
      // May move only if its home does not lie between the gap and where it is.
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        this.slots[gap] = this.slots[slot] as number;
        gap = slot;
      }
    }
    this.slots[gap] = 0;
  }

  /** Reserves room for an entry and points its slot there. An entry that grew leaves its old room unused. */
  private place(idLo: number, idHi: number, capacity: number, previous: number): number {
    if (previous === -1 && this.size + 1 > this.slots.length * maxLoad) this.grow();
    const words = wordsFor(capacity);
    if (this.usedInLastChunk + words > chunkWords) {
      this.chunks.push(new Uint32Array(chunkWords));
      this.usedInLastChunk = 0;
    }
    const position = (this.chunks.length - 1) * chunkWords + this.usedInLastChunk;
    this.usedInLastChunk += words;
    const chunk = this.chunkOf(position);
    const start = position % chunkWords;
    chunk[start] = idLo;
    chunk[start + 1] = idHi;
    chunk[start + 2] = capacity << 16;

    const mask = this.slots.length - 1;
    let slot = idLo & mask;
    while (this.slots[slot] !== 0 && this.slots[slot] !== previous + 1) slot = (slot + 1) & mask;
    this.slots[slot] = position + 1;
    if (previous === -1) this.size += 1;
    return position;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    const mask = this.slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = this.word(entry - 1) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry;
    }
  }

  private chunkOf(position: number): Uint32Array {
    return this.chunks[Math.floor(position / chunkWords)] as Uint32Array;
  }

  private word(position: number): number {
    return this.chunkOf(position)[position % chunkWords] as number;
  }
}
