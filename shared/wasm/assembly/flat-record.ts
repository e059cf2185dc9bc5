// AssemblyScript. Reads a record by the shape that earlier ones had, from the bytes of its line: whose it is, and
// the hash of each attribute. Its other half, with what it is for, is destination-braze/flat/flat-reader.ts.
//
// Strict: it takes only text that `JSON.stringify` would print for the parsed record, and only records that
// PlainRecords takes. Whatever else comes along goes the usual way, which is the definition of what is right.

import {
  hashConstant,
  hashHi,
  hashLo,
  hashNumber,
  hashSum,
  hashText,
  identityHash,
  seedText,
} from "./hashes";
import { endOfPlain, isSame } from "./text";
import { xxh64 } from "./xxh64";

const nothing = -1;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/** UTF-16 units of a text that Braze takes whole. */
const longestText = 255;
/** Elements of an array that are compared one with the other. */
const maxElements = 16;
const elementHashes = <i32>memory.data(maxElements * 8, 16);
/** Digits that a float holds exactly, whatever they are. */
const maxDigits = 15;
const powersOfTen = <i32>(
  memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15])
);
/** JSON.stringify prints smaller ones with an exponent. */
const smallestDecimal = 1e-6;

/** A shape in memory: the number of its columns, and for each of them [kind, length of the key, its place]. */
const shapeHeader = 4;
const columnBytes = 12;
const kindCustom = 1;
const kindIdentifier = 2;

/** Lines that follow one another, or one that is long; behind them has to lie a zero. */
const inputBytes = 1 << 17;
const input = <i32>memory.data(inputBytes + 16, 16);
const mostAttributes = 512;
const mostColumns = 512;
const hashes = <i32>memory.data(mostAttributes * 8, 16);
/** Where the value of each column ends. */
const ends = <i32>memory.data(mostColumns * 4, 16);
/** Whose record it is, as identities are written. */
const prefixBytes = 12;
const identity = <i32>memory.data(prefixBytes + inputBytes, 16);

/** What was read, besides the hashes. */
const found = <i32>memory.data(36, 16);
/** What stands between the data and the digits of the time: `,"emitted_at":` */
const timeKeyBytes = 14;
const timeKey = <i32>(
  memory.data<u8>([0x2c, 0x22, 0x65, 0x6d, 0x69, 0x74, 0x74, 0x65, 0x64, 0x5f, 0x61, 0x74, 0x22, 0x3a, 0, 0])
);

// What the functions below have found, besides where it ends.
let lo: u32 = 0;
let hi: u32 = 0;
let units = 0;
let textIsAscii = true;
let allAscii = true;

export function inputAt(): i32 {
  return input;
}
export function hashesAt(): i32 {
  return hashes;
}
export function endsAt(): i32 {
  return ends;
}
export function foundAt(): i32 {
  return found;
}
/** Where the text goes that identities begin with. */
export function identityAt(): i32 {
  return identity;
}
/** Where shapes can be put. */
export function freeAt(): i32 {
  return <i32>((__heap_base + 15) & ~15);
}

/**
 * Reads the record of a line between two places.
 * @param envelope what stands around the data: in memory the length and the place of what is before it, and of
 *   what is behind the digits of the time
 * @returns as `read`
 */
export function readLine(envelope: i32, shape: i32, lineStart: i32, lineEnd: i32): bool {
  const beforeBytes = load<i32>(envelope);
  const afterBytes = load<i32>(envelope, 8);
  const start = input + lineStart + beforeBytes;
  let end = input + lineEnd - afterBytes;
  if (end <= start || !isSame(end, load<i32>(envelope, 12), afterBytes)) return false;
  const time = end;
  while (end > start && isDigit(load<u8>(end - 1))) end -= 1;
  if (end === time) return false;
  end -= timeKeyBytes;
  if (end <= start || !isSame(end, timeKey, timeKeyBytes)) return false;
  if (!isSame(input + lineStart, load<i32>(envelope, 4), beforeBytes)) return false;
  return read(shape, start - input, end - input);
}

/** @returns whether the data between two places has the shape; then `found`, `hashes` and `ends` hold what was read */
export function read(shape: i32, dataStart: i32, dataEnd: i32): bool {
  const columns = load<i32>(shape);
  const end = input + dataEnd;
  let at = input + dataStart;
  let hash = hashes;
  let column = shape + shapeHeader;
  let identifierStart = 0;
  let identifierEnd = 0;
  let identifierIsAscii = true;
  allAscii = true;
  for (let index = 0; index < columns; index++, column += columnBytes) {
    const keyLength = load<i32>(column, 4);
    if (!isSame(at, load<i32>(column, 8), keyLength)) return false;
    at += keyLength;
    const kind = load<i32>(column);
    const first = load<u8>(at);
    if (first === quote) {
      const start = at + 1;
      at = endOfText(start);
      if (at === nothing || units > longestText) return false;
      if (kind === kindIdentifier) {
        if (units === 0) return false;
        identifierStart = start;
        identifierEnd = at;
        identifierIsAscii = textIsAscii;
        at += 1;
        store<i32>(ends + (index << 2), at - input);
        continue;
      }
      hashText(start, at, textIsAscii, seedText);
      lo = hashLo;
      hi = hashHi;
      at += 1;
    } else {
      if (kind !== kindCustom) return false;
      at = first === openBracket ? array(at) : bareValue(at);
      if (at === nothing) return false;
    }
    store<u32>(hash, lo);
    store<u32>(hash, hi, 4);
    hash += 8;
    store<i32>(ends + (index << 2), at - input);
  }
  // Also where a text was not closed, and ran on into what follows the data.
  if (load<u8>(at) !== closeBrace || at + 1 !== end) return false;
  findIdentity(identifierStart, identifierEnd, identifierIsAscii);
  store<i32>(found, dataStart, 28);
  store<i32>(found, dataEnd, 32);
  return true;
}

function findIdentity(start: i32, end: i32, isAscii: bool): void {
  store<i32>(found, start - input);
  store<i32>(found, end - input, 4);
  store<i32>(found, allAscii ? 1 : 0, 8);
  memory.copy(identity + prefixBytes, start, end - start);
  const length = prefixBytes + end - start;
  identityHash(identity, length, isAscii);
  store<u32>(found, hashLo, 12);
  store<u32>(found, hashHi, 16);
  store<u64>(found, xxh64(identity, length), 20);
}

/** @returns where the closing quote stands; nothing for a text with escapes, or that is not valid UTF-8 */
function endOfText(start: i32): i32 {
  const end = endOfPlain(start);
  if (load<u8>(end) !== quote) return nothing;
  textIsAscii = isAscii(start, end);
  units = end - start;
  if (textIsAscii) return end;
  allAscii = false;
  return countWide(start, end) ? end : nothing;
}

function isAscii(start: i32, end: i32): bool {
  for (let at = start; at < end; at += 16) {
    const wide = i8x16.bitmask(v128.load(at));
    if (wide !== 0 && at + ctz(wide) < end) return false;
  }
  return true;
}

/** Counts the units of a text. @returns false where it is not valid UTF-8, or has characters beyond U+FFFF */
function countWide(start: i32, end: i32): bool {
  units = 0;
  for (let at = start; at < end; units++) {
    const byte = load<u8>(at);
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    if (byte < 0xc2 || byte >= 0xf0) return false;
    const second = load<u8>(at, 1);
    if (!continues(second)) return false;
    at += 2;
    if (byte < 0xe0) continue;
    // Spelled longer than needed, or half of a pair.
    if ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f)) return false;
    if (!continues(load<u8>(at))) return false;
    at += 1;
  }
  return true;
}

function continues(byte: u8): bool {
  return (byte & 0xc0) === 0x80;
}

/** A number, `true` or `false`. @returns where it ends */
function bareValue(at: i32): i32 {
  const four = load<u32>(at);
  if (four === 0x65757274) {
    setConstant(true);
    return at + 4;
  }
  if (four === 0x736c6166 && load<u8>(at, 4) === 0x65) {
    setConstant(false);
    return at + 5;
  }
  return number(at);
}

function setConstant(value: bool): void {
  hashConstant(value);
  lo = hashLo;
  hi = hashHi;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** A number as JSON.stringify prints it, without an exponent. */
function number(start: i32): i32 {
  const isNegative = load<u8>(start) === minus;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits: i64 = 0;
  // More than can count would overflow, and are refused below.
  for (; isDigit(load<u8>(at)); at++) digits = digits * 10 + (load<u8>(at) - zero);
  const wholeDigits = at - first;
  if (wholeDigits === 0 || wholeDigits > maxDigits) return nothing;
  if (load<u8>(first) === zero && wholeDigits > 1) return nothing;
  let value = <f64>digits;
  if (load<u8>(at) === point) {
    const fraction = at + 1;
    for (at = fraction; isDigit(load<u8>(at)); at++) digits = digits * 10 + (load<u8>(at) - zero);
    const decimals = at - fraction;
    if (decimals === 0 || wholeDigits + decimals > maxDigits || load<u8>(at - 1) === zero) return nothing;
    // Both are exact, so the quotient is the float nearest to the number, as JSON.parse finds it.
    value = <f64>digits / load<f64>(powersOfTen + (decimals << 3));
    if (value < smallestDecimal) return nothing;
  }
  if (isNegative && value === 0) return nothing;
  const next = load<u8>(at);
  if (next !== comma && next !== closeBracket && next !== closeBrace) return nothing;
  hashNumber(isNegative ? -value : value);
  lo = hashLo;
  hi = hashHi;
  return at;
}

/** An array of plain values. @returns where it ends */
function array(start: i32): i32 {
  let at = start + 1;
  let sumLo: u32 = 0;
  let sumHi: u32 = 0;
  let count = 0;
  if (load<u8>(at) !== closeBracket) {
    while (true) {
      at = element(at);
      if (at === nothing || count === maxElements) return nothing;
      if (!isRepeated(count)) {
        sumLo += lo;
        sumHi += hi;
        store<u32>(elementHashes + (count << 3), lo);
        store<u32>(elementHashes + (count << 3), hi, 4);
        count += 1;
      }
      if (load<u8>(at) === closeBracket) break;
      if (load<u8>(at) !== comma) return nothing;
      at += 1;
    }
  }
  hashSum(sumLo, sumHi);
  lo = hashLo;
  hi = hashHi;
  return at + 1;
}

function element(at: i32): i32 {
  if (load<u8>(at) !== quote) return bareValue(at);
  const end = endOfText(at + 1);
  if (end === nothing) return nothing;
  hashText(at + 1, end, textIsAscii, seedText);
  lo = hashLo;
  hi = hashHi;
  return end + 1;
}

/** Whether the element of which the hash is set came before. */
function isRepeated(count: i32): bool {
  for (let index = 0; index < count; index++) {
    const other = elementHashes + (index << 3);
    if (load<u32>(other) === lo && load<u32>(other, 4) === hi) return true;
  }
  return false;
}
