// AssemblyScript. Lines of an export become lines of records; its other half, with what it is for, is
// source-braze/segment-export/plain-lines.ts. Lengths and places are in bytes.

import {
  findMembers,
  isWhole,
  keyEnd,
  keyStart,
  skipBlanks,
  spanEnd,
  spanStart,
  spans,
} from "./json-members";
import { notJson } from "./text";

export { keys, setKnownKeys, unknownKeyPlace } from "./json-members";

const comma: u8 = 0x2c;
const closeBrace: u8 = 0x7d;
const lineFeed = 0x0a;

// Why `passOn` ended.
const allTaken = 0;
const outputFull = -3;

/** Room for lines, for the records that they become, and for what stands around each of these. */
const inputBytes = 1 << 20;
const outputBytes = 1 << 20;
/** What is looked at, or copied, goes on for up to sixteen bytes. */
const margin = 64;

let frontLength = 0;
let backLength = 0;

let outputEnd: i32 = 0;
let reason = allTaken;

/** Where to put lines. */
export function input(): i32 {
  return <i32>((__heap_base + 15) & ~15);
}
export function output(): i32 {
  return input() + inputBytes + margin;
}
/** Where to put what stands before the members of a record in its line, and right behind that what stands behind. */
export function around(): i32 {
  return output() + outputBytes + margin;
}
export function setAround(front: i32, back: i32): void {
  frontLength = front;
  backLength = back;
}
export function endOfOutput(): i32 {
  return outputEnd;
}
/** Why the last call of `passOn` took no more lines. */
export function why(): i32 {
  return reason;
}
export function unknownKeyStart(): i32 {
  return keyStart;
}
export function unknownKeyEnd(): i32 {
  return keyEnd;
}

/**
 * Puts the records that lines become into the output, up to the first line that is not taken.
 * @param from where a line begins
 * @param to behind the line feed of the last line
 * @returns how many lines were taken
 */
export function passOn(from: i32, to: i32): i32 {
  let lines = 0;
  let at = from;
  outputEnd = output();
  while (at < to) {
    const behind = findMembers(skipBlanks(at));
    if (behind < 0) {
      reason = behind;
      return lines;
    }
    const end = skipBlanks(behind);
    if (load<u8>(end) !== lineFeed || spans === 0) {
      reason = notJson;
      return lines;
    }
    if (outputEnd + frontLength + (behind - at) + backLength > output() + outputBytes) {
      // What does not fit into all of it is for somebody else.
      reason = lines === 0 ? notJson : outputFull;
      return lines;
    }
    putRecord(behind);
    lines += 1;
    at = end + 1;
  }
  reason = allTaken;
  return lines;
}

/** @param behind the object */
function putRecord(behind: i32): void {
  put(around(), frontLength);
  if (isWhole) {
    put(spanStart(0), behind - spanStart(0));
  } else {
    for (let index = 0; index < spans; index++) {
      if (index > 0) putByte(comma);
      put(spanStart(index), spanEnd(index) - spanStart(index));
    }
    putByte(closeBrace);
  }
  put(around() + frontLength, backLength);
}

function put(start: i32, length: i32): void {
  for (let at = 0; at < length; at += 16) v128.store(outputEnd + at, v128.load(start + at));
  outputEnd += length;
}

function putByte(byte: u8): void {
  store<u8>(outputEnd, byte);
  outputEnd += 1;
}
