import { type Change, merged, type Remembered } from "./change";
import {
  countAt,
  entryWords,
  hashesAt,
  indexOfName,
  nameAt,
  nameWords,
  sameWords,
  setName,
  wordsBeforeNames,
} from "./entry";

const chunkBits = 14;
const chunkWords = 1 << chunkBits;
const inChunk = chunkWords - 1;
const firstSlots = 64;
const maxLoad = 0.7;
/** Profiles with more attributes would not fit a chunk; they are not remembered. */
export const maxAttributes = 6000;

/**
 * What is remembered of the profiles of one part. Open addressing in typed arrays: about 140 bytes for a profile
 * with 12 attributes, and millions of look-ups a second. Identities and names are numbers here; see delta-index.ts.
 */
export class ProfileTable {
  /** Number of profiles. */
  size = 0;
  /**
   * In pairs: 0 for a free slot, else the position of an entry plus one; and the low half of its
   * identity's hash, so that a search seldom looks at entries of others.
   */
  private slots: Uint32Array;
  private readonly chunks: Uint32Array[] = [];
  private usedInLastChunk = chunkWords;

  /** @param expected how many profiles it will have, if that is known */
  constructor(expected = 0) {
    let slots = firstSlots;
    while (expected + 1 > slots * maxLoad) slots *= 2;
    this.slots = new Uint32Array(2 * slots);
  }

  /** Position of the entry of an identity, -1 when there is none. */
  find(idLo: number, idHi: number): number {
    const slot = this.slotOf(idLo, idHi);
    return (this.slots[slot] as number) - 1;
  }

  /** Whether the entry remembers this very hash for an attribute. */
  has(position: number, nameId: number, lo: number, hi: number): boolean {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    const index = indexOfName(words, start, nameId);
    if (index === -1) return false;
    const hash = hashesAt(words, start) + 2 * index;
    return words[hash] === lo && words[hash + 1] === hi;
  }

  /** Whether the entry remembers these very hashes for all of these attributes. */
  holds(position: number, nameIds: readonly number[], hashes: ArrayLike<number>): boolean {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    const count = countAt(words, start);
    const first = hashesAt(words, start);
    for (let each = 0; each < nameIds.length; each++) {
      const id = nameIds[each] as number;
      // Mostly they stand in the same order.
      const isInOrder = each < count && nameAt(words, start, each) === id;
      const index = isInOrder ? each : indexOfName(words, start, id);
      if (index === -1) return false;
      const hash = first + 2 * index;
      if (words[hash] !== hashes[2 * each] || words[hash + 1] !== hashes[2 * each + 1]) return false;
    }
    return true;
  }

  /** Those of these attributes for which the entry does not remember these very hashes, by their places here. */
  differing(position: number, nameIds: readonly number[], hashes: ArrayLike<number>): number[] {
    const isOther = (id: number, each: number): boolean =>
      !this.has(position, id, hashes[2 * each] as number, hashes[2 * each + 1] as number);
    return [...nameIds.keys()].filter((each) => isOther(nameIds[each] as number, each));
  }

  /** Whether the entry remembers anything of an attribute. */
  hasName(position: number, nameId: number): boolean {
    return indexOfName(this.chunkOf(position), position & inChunk, nameId) !== -1;
  }

  /** Whether the first attribute of an entry is this one. */
  startsWith(position: number, nameId: number): boolean {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    return countAt(words, start) > 0 && nameAt(words, start, 0) === nameId;
  }

  /** Number of attributes of an entry. */
  count(position: number): number {
    return countAt(this.chunkOf(position), position & inChunk);
  }

  /** The name of an entry's attribute, by its place in the entry. */
  nameId(position: number, index: number): number {
    return nameAt(this.chunkOf(position), position & inChunk, index);
  }

  /**
   * How many entries stand side by side with the same attributes in the same order, so that they can be copied in one
   * go: in most tables all.
   * @param positions of all entries, as `positions` gives them
   * @param from which of these is the first
   */
  alike(positions: Uint32Array, from: number): number {
    const first = positions[from] as number;
    const words = this.chunkOf(first);
    const start = first & inChunk;
    const counts = words[start + 2] as number;
    const count = countAt(words, start);
    const size = entryWords(count);
    let next = from + 1;
    for (let other = start + size; positions[next] === first - start + other; other += size, next++) {
      // Beyond the chunk there are no words, so nothing is alike.
      if (words[other + 2] !== counts) break;
      if (!sameWords(words, start + wordsBeforeNames, other + wordsBeforeNames, nameWords(count))) break;
    }
    return next - from;
  }

  /** Copies entries that are alike: of each the identity's hash, the number of attributes, their names and hashes. */
  copy(position: number, entries: number, target: Uint32Array, at: number): void {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    const count = countAt(words, start);
    const size = entryWords(count);
    if (entries > 1 || this.capacityOf(position) === count) {
      target.set(words.subarray(start, start + entries * size), at);
    } else {
      const hashes = hashesAt(words, start);
      target.set(words.subarray(start, start + wordsBeforeNames + nameWords(count)), at);
      target.set(words.subarray(hashes, hashes + 2 * count), at + size - 2 * count);
    }
    for (let entry = 0; entry < entries; entry++) target[at + entry * size + 2] = count;
  }

  /**
   * Takes entries over as `copy` gives them, of identities that are not there yet.
   * @param names begins with those of their attributes, two in a word
   * @returns whether it has done so; false for entries with too many attributes
   */
  adopt(source: Uint32Array, from: number, entries: number, names: Uint32Array): boolean {
    const count = source[from + 2] as number;
    if (count > maxAttributes) return false;
    const size = entryWords(count);
    for (let done = 0; done < entries; ) {
      const first = this.room(size);
      const start = first & inChunk;
      const chunk = this.chunkOf(first);
      const fitting = Math.min(entries - done, Math.floor((chunkWords - start) / size));
      chunk.set(source.subarray(from + done * size, from + (done + fitting) * size), start);
      this.usedInLastChunk = start + fitting * size;
      for (let entry = start; entry < this.usedInLastChunk; entry += size) {
        chunk[entry + 2] = (count << 16) | count;
        for (let word = 0; word < nameWords(count); word++)
          chunk[entry + wordsBeforeNames + word] = names[word] as number;
        this.enter(first - start + entry, chunk[entry] as number, chunk[entry + 1] as number);
      }
      done += fitting;
    }
    return true;
  }

  /** Copies an entry out. */
  read(position: number): Remembered {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    const count = countAt(words, start);
    const nameIds = new Uint16Array(count);
    for (let index = 0; index < count; index++) nameIds[index] = nameAt(words, start, index);
    const hashes = hashesAt(words, start);
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
    if (position === -1 || this.capacityOf(position) < count) {
      position = this.place(idLo, idHi, count);
    }
    this.fill(position, count, nameIds, hashes);
  }

  /** Applies a change to what is remembered of an identity. */
  apply(idLo: number, idHi: number, change: Change): void {
    const { nameIds, hashes, firstHash, forgotten } = change;
    const count = nameIds.length;
    const position = this.find(idLo, idHi);
    if (position === -1 && count <= maxAttributes) {
      this.fill(this.place(idLo, idHi, count), count, nameIds, hashes, firstHash);
      return;
    }
    if (position !== -1 && this.overwrite(position, change)) {
      this.forgetNames(position, forgotten);
      return;
    }
    this.write(idLo, idHi, merged(position === -1 ? undefined : this.read(position), change));
  }

  /** Forgets an identity. */
  remove(idLo: number, idHi: number): void {
    const slot = this.slotOf(idLo, idHi);
    if (this.slots[slot] === 0) return;
    this.size -= 1;
    this.closeGap(slot);
  }

  /** The halves of the hash of an entry's identity. */
  idLo(position: number): number {
    return this.word(position);
  }

  idHi(position: number): number {
    return this.word(position + 1);
  }

  /**
   * The positions of all entries, in the order in which they were made. A table that is filled in this order
   * again has profiles that come one after the other side by side: that is how they will be asked for, and
   * memory is read in lines.
   */
  positions(): Uint32Array {
    const positions = new Uint32Array(this.size);
    let count = 0;
    for (let slot = 0; slot < this.slots.length; slot += 2) {
      const position = this.slots[slot] as number;
      if (position !== 0) positions[count++] = position - 1;
    }
    return positions.sort();
  }

  /** Overwrites hashes of attributes that the entry has already. @returns false, changing nothing, if it has not all */
  private overwrite(position: number, { nameIds, hashes, firstHash }: Change): boolean {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    for (const id of nameIds) if (indexOfName(words, start, id) === -1) return false;
    const first = hashesAt(words, start);
    for (let index = 0; index < nameIds.length; index++) {
      const at = first + 2 * indexOfName(words, start, nameIds[index] as number);
      words[at] = hashes[firstHash + 2 * index] as number;
      words[at + 1] = hashes[firstHash + 2 * index + 1] as number;
    }
    return true;
  }

  private forgetNames(position: number, forgotten: readonly number[]): void {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    for (const id of forgotten) {
      const index = indexOfName(words, start, id);
      if (index === -1) continue;
      // The last attribute takes the place.
      const last = countAt(words, start) - 1;
      const hashes = hashesAt(words, start);
      setName(words, start, index, nameAt(words, start, last));
      words[hashes + 2 * index] = words[hashes + 2 * last] as number;
      words[hashes + 2 * index + 1] = words[hashes + 2 * last + 1] as number;
      words[start + 2] = (words[start + 2] as number) - 1;
    }
  }

  private fill(
    position: number,
    count: number,
    nameIds: ArrayLike<number>,
    hashes: ArrayLike<number>,
    firstHash = 0,
  ): void {
    const words = this.chunkOf(position);
    const start = position & inChunk;
    words[start + 2] = (this.capacityOf(position) << 16) | count;
    const names = start + wordsBeforeNames;
    for (let index = 0; index < count; index += 2) {
      words[names + (index >> 1)] = (nameIds[index] as number) | ((nameIds[index + 1] ?? 0) << 16);
    }
    const first = hashesAt(words, start);
    for (let index = 0; index < 2 * count; index++)
      words[first + index] = hashes[firstHash + index] as number;
  }

  /** The slot of an identity, or the free one where it would have to go. */
  private slotOf(idLo: number, idHi: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = (2 * idLo) & mask;
    for (; slots[slot] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot + 1] === idLo && this.word(slots[slot] as number) === idHi) break;
    }
    return slot;
  }

  /** Moves the followers of a freed slot up, so that no search ends too early. */
  private closeGap(freed: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let gap = freed;
    for (let slot = (gap + 2) & mask; slots[slot] !== 0; slot = (slot + 2) & mask) {
      const home = (2 * (slots[slot + 1] as number)) & mask;
      // May move only if its home does not lie between the gap and where it is.
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        slots[gap] = slots[slot] as number;
        slots[gap + 1] = slots[slot + 1] as number;
        gap = slot;
      }
    }
    slots[gap] = 0;
  }

  /** Reserves room for an entry and points its slot there. An entry that grew leaves its old room unused. */
  private place(idLo: number, idHi: number, capacity: number): number {
    const words = entryWords(capacity);
    const position = this.room(words);
    this.usedInLastChunk += words;
    const chunk = this.chunkOf(position);
    const start = position & inChunk;
    chunk[start] = idLo;
    chunk[start + 1] = idHi;
    chunk[start + 2] = capacity << 16;
    this.enter(position, idLo, idHi);
    return position;
  }

  /** Where there is room for so many words: behind the last entry, or in a new chunk. */
  private room(words: number): number {
    if (this.usedInLastChunk + words > chunkWords) {
      this.chunks.push(new Uint32Array(chunkWords));
      this.usedInLastChunk = 0;
    }
    return (this.chunks.length - 1) * chunkWords + this.usedInLastChunk;
  }

  /** Points the slot of an identity to its entry. */
  private enter(position: number, idLo: number, idHi: number): void {
    let slot = this.slotOf(idLo, idHi);
    if (this.slots[slot] === 0) {
      this.size += 1;
      if (2 * this.size > this.slots.length * maxLoad) {
        this.grow();
        slot = this.slotOf(idLo, idHi);
      }
    }
    this.slots[slot] = position + 1;
    this.slots[slot + 1] = idLo;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    const mask = this.slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = (2 * (old[from + 1] as number)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 2) & mask;
      this.slots[slot] = old[from] as number;
      this.slots[slot + 1] = old[from + 1] as number;
    }
  }

  private capacityOf(position: number): number {
    return this.word(position + 2) >>> 16;
  }

  private chunkOf(position: number): Uint32Array {
    return this.chunks[position >>> chunkBits] as Uint32Array;
  }

  private word(position: number): number {
    return this.chunkOf(position)[position & inChunk] as number;
  }
}
