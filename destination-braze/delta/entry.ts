/**
 * An entry from `start` in words of 32 bits, in a table's memory as in its file: the identity's hash (2), in one word
 * the number of attributes and for how many there is room, their names (two in a word), the hashes of their values.
 */

/** The identity and the number of attributes. */
export const wordsBeforeNames = 3;

export const nameWords = (capacity: number): number => (capacity + 1) >> 1;
export const entryWords = (capacity: number): number => wordsBeforeNames + nameWords(capacity) + 2 * capacity;

export const countAt = (words: Uint32Array, start: number): number => (words[start + 2] as number) & 0xffff;

/** Where the hashes begin. */
export const hashesAt = (words: Uint32Array, start: number): number =>
  start + wordsBeforeNames + nameWords((words[start + 2] as number) >>> 16);

export function nameAt(words: Uint32Array, start: number, index: number): number {
  const pair = words[start + wordsBeforeNames + (index >> 1)] as number;
  return index & 1 ? pair >>> 16 : pair & 0xffff;
}

export function sameWords(words: Uint32Array, one: number, other: number, count: number): boolean {
  for (let word = 0; word < count; word++) if (words[one + word] !== words[other + word]) return false;
  return true;
}

export function setName(words: Uint32Array, start: number, index: number, id: number): void {
  const at = start + wordsBeforeNames + (index >> 1);
  const pair = words[at] as number;
  words[at] = index & 1 ? (pair & 0xffff) | (id << 16) : (pair & 0xffff0000) | id;
}

/** Which of the entry's attributes has a name, -1 for none. */
export function indexOfName(words: Uint32Array, start: number, nameId: number): number {
  const count = countAt(words, start);
  for (let index = 0; index < count; index++) if (nameAt(words, start, index) === nameId) return index;
  return -1;
}
