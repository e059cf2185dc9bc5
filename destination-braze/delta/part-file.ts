import { crc32 } from "node:zlib";
import type { AttributeNames } from "./attribute-names";
import { type Change, ProfileTable } from "./profile-table";

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
/** Words of a profile before its names. */
const profileWords = 3;
const none = -1;
const nothing: readonly number[] = [];

const nameWords = (count: number): number => (count + 1) >> 1;

/** The file can't be used: damaged, or written by a newer version. */
export class DamagedPartError extends Error {
  override readonly name = "DamagedPartError";
}

export function encodePart(table: ProfileTable, names: AttributeNames): Buffer {
  const local = new LocalNames();
  let words = headerWords + 1;
  // Most profiles have the attributes of the one before: hot path, as below and when reading.
  let previous = none;
  const positions = table.positions();
  for (const position of positions) {
    const count = table.count(position);
    words += profileWords + nameWords(count) + 2 * count;
    if (previous === none || !table.haveSameNames(position, previous))
      for (let index = 0; index < count; index++) local.add(table.nameId(position, index));
    previous = position;
  }
  const texts = encodeNames(local.ids.map((id) => names.nameOf(id)));
  words += texts.length / wordBytes;

  const file = new Uint32Array(words);
  file.set([magic, version, table.size, local.ids.length, texts.length]);
  const bytes = Buffer.from(file.buffer);
  texts.copy(bytes, headerWords * wordBytes);
  let at = headerWords + texts.length / wordBytes;
  let previousNames = 0;
  previous = none;
  for (const position of positions) {
    const count = table.count(position);
    file[at] = table.idLo(position);
    file[at + 1] = table.idHi(position);
    file[at + 2] = count;
    at += profileWords;
    const names = at;
    if (previous !== none && table.haveSameNames(position, previous)) {
      for (let word = previousNames; word < previousNames + nameWords(count); word++)
        file[at++] = file[word] as number;
    } else {
      for (let index = 0; index < count; index += 2, at++) {
        const second = index + 1 < count ? local.of(table.nameId(position, index + 1)) : 0;
        file[at] = local.of(table.nameId(position, index)) | (second << 16);
      }
    }
    previous = position;
    previousNames = names;
    table.copyHashes(position, file, at);
    at += 2 * count;
  }
  file[at] = crc32(bytes.subarray(0, at * wordBytes));
  return bytes;
}

/** Numbers for the names of one file, in the order in which they come along. */
class LocalNames {
  readonly ids: number[] = [];
  /** By number in the index: number in the file, plus one. */
  private readonly locals = new Uint32Array(1 << 16);

  add(id: number): void {
    if (this.locals[id] === 0) this.locals[id] = this.ids.push(id);
  }

  of(id: number): number {
    return (this.locals[id] as number) - 1;
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
  const table = new ProfileTable(profiles);
  let nameIds: readonly (number | undefined)[] = [];
  let isNameless = false;
  let at = headerWords + nameBytes / wordBytes;
  let previous = none;
  for (let profile = 0; profile < profiles; profile++) {
    const count = file[at + 2] as number;
    const end = at + profileWords + nameWords(count) + 2 * count;
    if (previous === none || !haveSameNames(file, at, previous)) {
      nameIds = nameIdsAt(file, at, ids);
      isNameless = nameIds.includes(undefined);
    }
    const firstHash = end - 2 * count;
    const change = isNameless
      ? withoutNameless(nameIds, file.subarray(firstHash, end))
      : { nameIds: nameIds as readonly number[], hashes: file, firstHash, forgotten: nothing };
    table.apply(file[at] as number, file[at + 1] as number, change);
    previous = at;
    at = end;
  }
  return table;
}

/** Whether two profiles of a file have the same attributes, in the same order. */
function haveSameNames(file: Uint32Array, one: number, other: number): boolean {
  const count = file[one + 2] as number;
  if (count !== file[other + 2]) return false;
  const end = profileWords + nameWords(count);
  for (let word = profileWords; word < end; word++) if (file[one + word] !== file[other + word]) return false;
  return true;
}

/** The attributes of a profile, by their numbers in the index; undefined for those that it has no numbers for. */
function nameIdsAt(
  file: Uint32Array,
  at: number,
  ids: readonly (number | undefined)[],
): (number | undefined)[] {
  return Array.from({ length: file[at + 2] as number }, (_, index) => {
    const pair = file[at + profileWords + (index >> 1)] as number;
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
