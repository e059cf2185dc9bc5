// AssemblyScript. The members of a JSON object that stands in one line, found without making anything of it.
// Lengths and places are in bytes.

import { endOfString, isSame, notJson } from "./text";

const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export const unknownKey = -2;

/** Deeper objects are left to somebody else. */
const mostDepth = 1024;
/** For each depth whether an object is open there, or a list. */
const objects = <i32>memory.data(mostDepth);

/** Keys that are known: [length, whether its member is passed on, the key as it is spelled, with its quotes]. */
const mostKeys = 256;
const keyBytes = 64;
const keyHeader = 8;
const keyTable = <i32>memory.data(mostKeys * keyBytes, 16);
let knownKeys = 0;
let nextKey = 0;

/** Where members stand that are passed on and follow each other: [start, end]. */
const mostSpans = 512;
const spanTable = <i32>memory.data(mostSpans * 8, 16);

/** How many of them there are. */
export let spans = 0;
/** Whether every member is passed on. */
export let isWhole = false;
/** Where the key stands that is not known. */
export let keyStart: i32 = 0;
export let keyEnd: i32 = 0;

let memberStart: i32 = 0;
let memberPasses = false;
let lastPassed = false;

export function keys(): i32 {
  return keyTable;
}
export function setKnownKeys(count: i32): void {
  knownKeys = count;
}
/** Where the key that is not known belongs among the known ones: behind the key that came before it. */
export function unknownKeyPlace(): i32 {
  return nextKey;
}
export function spanStart(index: i32): i32 {
  return load<i32>(spanTable + index * 8);
}
export function spanEnd(index: i32): i32 {
  return load<i32>(spanTable + index * 8, 4);
}

/**
 * Looks for the members of the object whose brace stands at a place. There must be a line feed behind it, and
 * sixteen bytes of memory behind that.
 * @returns the place behind the object, notJson, or unknownKey
 */
export function findMembers(start: i32): i32 {
  spans = 0;
  isWhole = true;
  lastPassed = false;
  nextKey = 0;
  return load<u8>(start) === openBrace ? object(start) : notJson;
}

function object(start: i32): i32 {
  let at = start;
  let depth = 0;
  while (true) {
    // A value begins here.
    const first = load<u8>(at);
    if (first === quote) {
      at = endOfString(at);
    } else if (first === openBrace || first === openBracket) {
      const isObject = first === openBrace;
      at = skipBlanks(at + 1);
      if (load<u8>(at) !== (isObject ? closeBrace : closeBracket)) {
        depth += 1;
        if (depth === mostDepth) return notJson;
        store<u8>(objects + depth, isObject ? 1 : 0);
        if (isObject) {
          at = key(at, depth);
          if (at < 0) return at;
        }
        continue;
      }
      at += 1;
      if (depth === 0) return at;
    } else {
      at = endOfScalar(at);
    }
    if (at < 0) return at;

    // A value ended here, and whatever closes with it.
    while (true) {
      if (depth === 1 && !memberEnds(at)) return notJson;
      at = skipBlanks(at);
      const next = load<u8>(at);
      const inObject = load<u8>(objects + depth) !== 0;
      at += 1;
      if (next === comma) {
        at = skipBlanks(at);
        if (inObject) {
          at = key(at, depth);
          if (at < 0) return at;
        }
        break;
      }
      if (next !== (inObject ? closeBrace : closeBracket)) return notJson;
      depth -= 1;
      if (depth === 0) return at;
    }
  }
}

/** Reads a key and its colon. @returns where the value begins, or what `findMembers` is to return */
function key(start: i32, depth: i32): i32 {
  if (load<u8>(start) !== quote) return notJson;
  let at = depth === 1 ? ownKey(start) : endOfString(start);
  if (at < 0) return at;
  at = skipBlanks(at);
  if (load<u8>(at) !== colon) return notJson;
  return skipBlanks(at + 1);
}

/** Reads a key of the object itself: in all users' lines they stand in one order. */
function ownKey(start: i32): i32 {
  memberStart = start;
  for (let tried = 0; tried < knownKeys; tried++) {
    const known = keyTable + nextKey * keyBytes;
    nextKey = nextKey + 1 < knownKeys ? nextKey + 1 : 0;
    const length = load<u32>(known);
    if (!isSame(start, known + keyHeader, length)) continue;
    memberPasses = load<u32>(known, 4) !== 0;
    return start + length;
  }
  const end = endOfString(start);
  if (end < 0) return notJson;
  keyStart = start;
  keyEnd = end;
  return unknownKey;
}

/** @returns whether there was room to note it */
function memberEnds(end: i32): bool {
  if (!memberPasses) {
    isWhole = false;
    lastPassed = false;
    return true;
  }
  if (!lastPassed) {
    if (spans === mostSpans) return false;
    store<i32>(spanTable + spans * 8, memberStart);
    spans += 1;
    lastPassed = true;
  }
  store<i32>(spanTable + (spans - 1) * 8, end, 4);
  return true;
}

/** Blanks within a line: a line feed ends it. */
export function skipBlanks(start: i32): i32 {
  let at = start;
  while (true) {
    const byte = load<u8>(at);
    // Most often there is none.
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d)) return at;
    at += 1;
  }
}

/** @returns the place behind the number or literal that starts at a place, or notJson */
function endOfScalar(start: i32): i32 {
  const four = load<u32>(start);
  if (four === 0x65757274) return start + 4; // true
  if (four === 0x6c6c756e) return start + 4; // null
  if (four === 0x736c6166 && load<u8>(start, 4) === 0x65) return start + 5; // false
  return endOfNumber(start);
}

function endOfNumber(start: i32): i32 {
  let at = load<u8>(start) === minus ? start + 1 : start;
  if (load<u8>(at) === zero) at += 1;
  else at = endOfDigits(at);
  if (at >= 0 && load<u8>(at) === dot) at = endOfDigits(at + 1);
  if (at < 0) return notJson;
  const letter = load<u8>(at);
  if (letter !== 0x65 && letter !== 0x45) return at;
  const sign = load<u8>(at, 1);
  return endOfDigits(sign === minus || sign === 0x2b ? at + 2 : at + 1);
}

/** One digit or more. */
function endOfDigits(start: i32): i32 {
  let at = start;
  while (<u32>load<u8>(at) - zero <= 9) at += 1;
  return at === start ? notJson : at;
}
