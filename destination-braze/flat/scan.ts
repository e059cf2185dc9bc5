/**
 * Reads a record by the shape that earlier ones had, from the bytes of its line: whose it is, and the hash of
 * each attribute. Nothing is parsed and nothing allocated, which costs a quarter of doing so.
 *
 * Strict: it takes only text that `JSON.stringify` would print for the parsed record, and only records that
 * PlainRecords takes. Whatever else comes along goes the usual way, which is the definition of what is right.
 */
import { hash64, hash64OfBytes } from "@braze-connectors/shared/hash/hash64";
import { hashNumber, hashOfSum, seeds } from "../delta/attribute-hash";
import { longestText } from "../objects/values";
import type { FlatShape } from "./shape";

/** What was read last; overwritten by the next record. */
export interface Scanned {
  /** Where the identifier's text stands in the line. */
  identifierStart: number;
  identifierEnd: number;
  /** Whether all texts of the record have ASCII characters only. */
  isAscii: boolean;
  /** Hashes of the attributes, in pairs. */
  hashes: Uint32Array;
}

const nothing = -1;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/** Elements of an array that are compared one with the other. */
const maxElements = 16;
/** Digits that a float holds exactly, whatever they are. */
const maxDigits = 15;
const powersOfTen = Array.from({ length: maxDigits + 1 }, (_, power) => 10 ** power);
/** JSON.stringify prints smaller ones with an exponent. */
const smallestDecimal = 1e-6;

/** Characters that stand for themselves in JSON, in one byte. */
const isPlainByte = new Uint8Array(256);
for (let byte = 0x20; byte < 0x80; byte++) isPlainByte[byte] = byte === quote || byte === backslash ? 0 : 1;

const hashTrue = { ...hash64("true", seeds.constant) };
const hashFalse = { ...hash64("false", seeds.constant) };

// What the functions below have found, besides where it ends.
let lo = 0;
let hi = 0;
let units = 0;
let textIsAscii = true;

/** @returns whether the record has the shape; then `scanned` holds what was read */
export function scan(
  shape: FlatShape,
  line: Uint8Array,
  start: number,
  end: number,
  scanned: Scanned,
): boolean {
  const { keys, kinds } = shape;
  const { hashes } = scanned;
  let at = start;
  let hash = 0;
  scanned.isAscii = true;
  for (let column = 0; column < keys.length; column++) {
    at = pastKey(keys[column] as Uint8Array, line, at);
    if (at === nothing) return false;
    const kind = kinds[column];
    if (line[at] === quote) {
      const textStart = at + 1;
      at = endOfText(line, textStart);
      if (at === nothing || units > longestText) return false;
      if (!textIsAscii) scanned.isAscii = false;
      if (kind === "external_id") {
        if (units === 0) return false;
        scanned.identifierStart = textStart;
        scanned.identifierEnd = at;
        at += 1;
        continue;
      }
      setHash(hash64OfBytes(line, textStart, at, seeds.text, textIsAscii));
      at += 1;
    } else {
      if (kind !== "custom") return false;
      at = line[at] === openBracket ? array(line, at, scanned) : bareValue(line, at);
      if (at === nothing) return false;
    }
    hashes[hash] = lo;
    hashes[hash + 1] = hi;
    hash += 2;
  }
  // Also where a text was not closed, and ran on into what follows the data.
  return line[at] === closeBrace && at + 1 === end;
}

function pastKey(key: Uint8Array, line: Uint8Array, at: number): number {
  const { length } = key;
  for (let index = 0; index < length; index++) if (line[at + index] !== key[index]) return nothing;
  return at + length;
}

/** @returns where the closing quote stands; nothing for a text with escapes, or that is not valid UTF-8 */
function endOfText(line: Uint8Array, start: number): number {
  let at = start;
  while (isPlainByte[line[at] as number] === 1) at += 1;
  units = at - start;
  textIsAscii = line[at] === quote;
  return textIsAscii ? at : endOfWideText(line, at);
}

/** Goes on where the first byte stands that is not ASCII. */
function endOfWideText(line: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = line[at];
    if (byte === undefined || byte === quote) break;
    if (byte < 0x80) {
      if (isPlainByte[byte] === 0) return nothing;
      at += 1;
    } else if (byte < 0xc2 || byte >= 0xf0) {
      // Not the beginning of a character, or of one beyond U+FFFF.
      return nothing;
    } else {
      const second = line[at + 1] as number;
      if (!continues(second)) return nothing;
      if (byte >= 0xe0) {
        // Spelled longer than needed, or half of a pair.
        if ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f)) return nothing;
        if (!continues(line[at + 2] as number)) return nothing;
        at += 1;
      }
      at += 2;
    }
    units += 1;
  }
  return line[at] === quote ? at : nothing;
}

const continues = (byte: number): boolean => (byte & 0xc0) === 0x80;

function setHash(hash: { readonly lo: number; readonly hi: number }): void {
  lo = hash.lo;
  hi = hash.hi;
}

/** A number, `true` or `false`. @returns where it ends */
function bareValue(line: Uint8Array, at: number): number {
  switch (line[at]) {
    case 0x74:
      setHash(hashTrue);
      return line[at + 1] === 0x72 && line[at + 2] === 0x75 && line[at + 3] === 0x65 ? at + 4 : nothing;
    case 0x66:
      setHash(hashFalse);
      return line[at + 1] === 0x61 && line[at + 2] === 0x6c && line[at + 3] === 0x73 && line[at + 4] === 0x65
        ? at + 5
        : nothing;
    default:
      return number(line, at);
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39;

/** A number as JSON.stringify prints it, without an exponent. */
function number(line: Uint8Array, start: number): number {
  const isNegative = line[start] === minus;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits = 0;
  for (; isDigit(line[at]); at++) digits = digits * 10 + (line[at] as number) - zero;
  const wholeDigits = at - first;
  if (wholeDigits === 0 || wholeDigits > maxDigits) return nothing;
  if (line[first] === zero && wholeDigits > 1) return nothing;
  let value = digits;
  if (line[at] === point) {
    const fraction = at + 1;
    for (at = fraction; isDigit(line[at]); at++) digits = digits * 10 + (line[at] as number) - zero;
    const decimals = at - fraction;
    if (decimals === 0 || wholeDigits + decimals > maxDigits || line[at - 1] === zero) return nothing;
    // Both are exact, so the quotient is the float nearest to the number, as JSON.parse finds it.
    value = digits / (powersOfTen[decimals] as number);
    if (value < smallestDecimal) return nothing;
  }
  if (isNegative && value === 0) return nothing;
  const next = line[at];
  if (next !== comma && next !== closeBracket && next !== closeBrace) return nothing;
  setHash(hashNumber(isNegative ? -value : value));
  return at;
}

const elementHashes = new Uint32Array(2 * maxElements);

/** An array of plain values. @returns where it ends */
function array(line: Uint8Array, start: number, scanned: Scanned): number {
  let at = start + 1;
  let sumLo = 0;
  let sumHi = 0;
  let count = 0;
  if (line[at] !== closeBracket) {
    for (;;) {
      at = element(line, at, scanned);
      if (at === nothing || count === maxElements) return nothing;
      if (!isRepeated(count)) {
        sumLo = (sumLo + lo) | 0;
        sumHi = (sumHi + hi) | 0;
        elementHashes[2 * count] = lo;
        elementHashes[2 * count + 1] = hi;
        count += 1;
      }
      if (line[at] === closeBracket) break;
      if (line[at] !== comma) return nothing;
      at += 1;
    }
  }
  setHash(hashOfSum(sumLo, sumHi));
  return at + 1;
}

function element(line: Uint8Array, at: number, scanned: Scanned): number {
  if (line[at] !== quote) return bareValue(line, at);
  const end = endOfText(line, at + 1);
  if (end === nothing) return nothing;
  if (!textIsAscii) scanned.isAscii = false;
  setHash(hash64OfBytes(line, at + 1, end, seeds.text, textIsAscii));
  return end + 1;
}

/** Whether the element of which the hash is set came before. */
function isRepeated(count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (elementHashes[2 * index] === lo && elementHashes[2 * index + 1] === hi) return true;
  }
  return false;
}
