import { crc32 } from "node:zlib";
import type { AttributeNames } from "./attribute-names";
import type { Change } from "./change";
import { entryWords, nameWords, wordsBeforeNames } from "./entry";
import { maxAttributes, ProfileTable } from "./profile-table";

/**
 * The file of one part, little endian, in words of 32 bits (but for the names and the checksum):
 *
 *   "BZDX" · version · profiles · names · bytes of the names, filled up to whole words
 *   names: length u16 · UTF-8
 *   profiles: identity hash (2 words) · attributes · names u16, filled up · value hashes (2 words each)
 *   CRC-32 of all before
 *
 * Version 2: words, and hashes of values instead of hashes of their texts.
 */
const magic = 0x58445a42;
const version = 2;
const wordBytes = 4;
const headerWords = 5;
const nothing: readonly number[] = [];

/** The file can't be used: damaged, or written by a newer version. */
export class DamagedPartError extends Error {
  override readonly name = "DamagedPartError";
}

/** Hot path, as `decodePart`: what can be copied in one go is. */
export function encodePart(table: ProfileTable, names: AttributeNames): Buffer {
  const local = new LocalNames();
  let words = headerWords + 1;
  const runs = runsOf(table);
  for (const { position, entries, count } of runs) {
    words += entries * entryWords(count);
    for (let index = 0; index < count; index++) local.add(table.nameId(position, index));
  }
  const texts = encodeNames(local.ids.map((id) => names.nameOf(id)));
  words += texts.length / wordBytes;

  const file = new Uint32Array(words);
  file.set([magic, version, table.size, local.ids.length, texts.length]);
  const bytes = Buffer.from(file.buffer);
  texts.copy(bytes, headerWords * wordBytes);
  let at = headerWords + texts.length / wordBytes;
  for (const { position, entries, count } of runs) {
    table.copy(position, entries, file, at);
    renumber(file, at + wordsBeforeNames, count, local.numbers, file, at + wordsBeforeNames);
    const names = file.subarray(at + wordsBeforeNames, at + wordsBeforeNames + nameWords(count));
    const end = at + entries * entryWords(count);
    for (at += entryWords(count); at < end; at += entryWords(count)) file.set(names, at + wordsBeforeNames);
  }
  file[at] = crc32(bytes.subarray(0, at * wordBytes));
  return bytes;
}

/** Profiles of a table that are copied together: they stand side by side and have the same attributes. */
interface Run {
  position: number;
  entries: number;
  /** Attributes of each. */
  count: number;
}

function runsOf(table: ProfileTable): Run[] {
  const positions = table.positions();
  const runs: Run[] = [];
  for (let from = 0; from < positions.length; ) {
    const position = positions[from] as number;
    const entries = table.alike(positions, from);
    runs.push({ position, entries, count: table.count(position) });
    from += entries;
  }
  return runs;
}

/**
 * Writes the names of a profile's attributes, two in a word, under other numbers.
 * @param numbers the other ones, plus one, by number
 * @returns whether all have one
 */
function renumber(
  from: Uint32Array,
  start: number,
  count: number,
  numbers: ArrayLike<number>,
  to: Uint32Array,
  at: number,
): boolean {
  for (let index = 0; index < count; index += 2) {
    const pair = from[start + (index >> 1)] as number;
    const first = numbers[pair & 0xffff] ?? 0;
    // The second half of the last word may be nobody's.
    const second = index + 1 < count ? (numbers[pair >>> 16] ?? 0) : 1;
    if (first === 0 || second === 0) return false;
    to[at + (index >> 1)] = (first - 1) | ((second - 1) << 16);
  }
  return true;
}

/** Numbers for the names of one file, in the order in which they come along. */
class LocalNames {
  readonly ids: number[] = [];
  /** By number in the index: number in the file, plus one. */
  readonly numbers = new Uint32Array(1 << 16);

  add(id: number): void {
    if (this.numbers[id] === 0) this.numbers[id] = this.ids.push(id);
  }
}

function encodeNames(names: readonly string[]): Buffer {
  const parts = names.flatMap((name) => {
    const text = Buffer.from(name);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(text.length);
    return [length, text];
  });
  const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat(parts, Math.ceil(sizeBytes / wordBytes) * wordBytes);
}

/** @throws DamagedPartError */
export function decodePart(bytes: Buffer, names: AttributeNames): ProfileTable {
  if (bytes.length < (headerWords + 1) * wordBytes || bytes.readUInt32LE(0) !== magic) {
    throw new DamagedPartError("it is not an index part");
  }
  const end = bytes.length - wordBytes;
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end)))
    throw new DamagedPartError("its checksum is wrong");
  if (bytes.readUInt32LE(4) !== version)
    throw new DamagedPartError(`its version ${bytes.readUInt32LE(4)} is unknown`);

  const file = alignedWords(bytes);
  const [, , profiles, nameCount, nameBytes] = file as unknown as [number, number, number, number, number];
  const ids = decodeNames(bytes.subarray(headerWords * wordBytes), nameCount).map((name) => names.idOf(name));
  const numbers = ids.map((id) => (id === undefined ? 0 : id + 1));
  const renumbered = new Uint32Array(nameWords(maxAttributes));
  const table = new ProfileTable(profiles);
  const start = headerWords + nameBytes / wordBytes;
  for (let at = start, left = profiles; left > 0; ) {
    const entries = alikeInFile(file, at, left);
    const count = file[at + 2] as number;
    const size = entryWords(count);
    if (
      !renumber(file, at + wordsBeforeNames, count, numbers, renumbered, 0) ||
      !table.adopt(file, at, entries, renumbered)
    ) {
      const nameIds = nameIdsAt(file, at, ids);
      for (let entry = at; entry < at + entries * size; entry += size)
        applyEntry(table, file, entry, nameIds);
    }
    at += entries * size;
    left -= entries;
  }
  return table;
}

/** How many profiles of a file from one on have the same attributes, in the same order. */
function alikeInFile(file: Uint32Array, first: number, most: number): number {
  const size = entryWords(file[first + 2] as number);
  let entries = 1;
  while (entries < most && haveSameNames(file, first + entries * size, first)) entries += 1;
  return entries;
}

/** Takes a profile over whose attributes the index has no numbers for, or that has too many. */
function applyEntry(
  table: ProfileTable,
  file: Uint32Array,
  at: number,
  nameIds: readonly (number | undefined)[],
): void {
  const end = at + entryWords(file[at + 2] as number);
  const hashes = file.subarray(end - 2 * nameIds.length, end);
  table.apply(file[at] as number, file[at + 1] as number, withoutNameless(nameIds, hashes));
}

/** Whether two profiles of a file have the same attributes, in the same order. */
function haveSameNames(file: Uint32Array, one: number, other: number): boolean {
  const count = file[one + 2] as number;
  if (count !== file[other + 2]) return false;
  const end = wordsBeforeNames + nameWords(count);
  for (let word = wordsBeforeNames; word < end; word++)
    if (file[one + word] !== file[other + word]) return false;
  return true;
}

/** The attributes of a profile, by their numbers in the index; undefined for those that it has no numbers for. */
function nameIdsAt(
  file: Uint32Array,
  at: number,
  ids: readonly (number | undefined)[],
): (number | undefined)[] {
  return Array.from({ length: file[at + 2] as number }, (_, index) => {
    const pair = file[at + wordsBeforeNames + (index >> 1)] as number;
    return ids[index & 1 ? pair >>> 16 : pair & 0xffff];
  });
}

/** What is remembered of a profile, but for the attributes that the index has no numbers for. */
function withoutNameless(nameIds: readonly (number | undefined)[], hashes: Uint32Array): Change {
  const known = nameIds.flatMap((id, index) => (id === undefined ? [] : [{ id, index }]));
  return {
    nameIds: known.map(({ id }) => id),
    hashes: known.flatMap(({ index }) => [...hashes.subarray(2 * index, 2 * index + 2)]),
    firstHash: 0,
    forgotten: nothing,
  };
}

function decodeNames(bytes: Buffer, count: number): string[] {
  const names: string[] = [];
  let offset = 0;
  while (names.length < count) {
    const length = bytes.readUInt16LE(offset);
    names.push(bytes.toString("utf8", offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  return names;
}

/** The bytes as words; copied where they do not begin at a word's boundary. */
function alignedWords(bytes: Buffer): Uint32Array {
  const aligned = bytes.byteOffset % wordBytes === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, bytes.length >> 2);
}
