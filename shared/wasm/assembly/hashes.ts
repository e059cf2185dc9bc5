// AssemblyScript. The hashes of shared/hash/hash64.ts and destination-braze/delta/attribute-hash.ts, where they
// are explained.

/** As in attribute-hash.ts. */
export const seedText: u32 = 1;
const seedNumber: u32 = 2;
const seedConstant: u32 = 3;
const seedSet: u32 = 4;

/** The hash that was asked for last. */
export let hashLo: u32 = 0;
export let hashHi: u32 = 0;

const wordTrue = <i32>memory.data<u8>([0x74, 0x72, 0x75, 0x65]);
const wordFalse = <i32>memory.data<u8>([0x66, 0x61, 0x6c, 0x73, 0x65]);

// The two lanes.
let laneLo: u32 = 0;
let laneHi: u32 = 0;

/** Of UTF-8 that is valid and has no characters beyond U+FFFF. */
export function hashText(start: i32, end: i32, isAscii: bool, seed: u32): void {
  laneLo = 0x9747b28c ^ seed;
  laneHi = 0x3c074a61 ^ seed;
  if (isAscii) hashAscii(start, end);
  else hashWide(start, end);
}

/** Of an identity. */
export function identityHash(start: i32, length: i32, isAscii: bool): void {
  hashText(start, start + length, isAscii, 0);
}

export function hashConstant(value: bool): void {
  if (value) hashText(wordTrue, wordTrue + 4, true, seedConstant);
  else hashText(wordFalse, wordFalse + 5, true, seedConstant);
}

export function hashNumber(value: f64): void {
  const bits = reinterpret<u64>(value);
  mixWords(<u32>bits, <u32>(bits >> 32), seedNumber);
}

/** Of an array, from the sums of its different elements' hashes. */
export function hashSum(lo: u32, hi: u32): void {
  mixWords(lo, hi, seedSet);
}

function hashAscii(start: i32, end: i32): void {
  let lo = laneLo;
  let hi = laneHi;
  let at = start;
  for (; at + 1 < end; at += 2) {
    const two: u32 = load<u16>(at);
    const unit = (two & 0xff) | ((two & 0xff00) << 8);
    lo = rotl(lo ^ spreadLo(unit), 13) * 5 + 0xe6546b64;
    hi = rotl(hi ^ spreadHi(unit), 18) * 5 + 0x561ccd1b;
  }
  laneLo = lo;
  laneHi = hi;
  finish(at < end ? <i32>load<u8>(at) : noUnit, end - start);
}

const noUnit = -1;

function hashWide(start: i32, end: i32): void {
  let length = 0;
  /** The first unit of a pair. */
  let first = noUnit;
  for (let at = start; at < end; length++) {
    const byte: i32 = load<u8>(at);
    let unit = byte;
    if (byte < 0x80) at += 1;
    else if (byte < 0xe0) {
      unit = ((byte & 0x1f) << 6) | (load<u8>(at, 1) & 0x3f);
      at += 2;
    } else {
      unit = ((byte & 0xf) << 12) | ((<i32>(load<u8>(at, 1) & 0x3f)) << 6) | (load<u8>(at, 2) & 0x3f);
      at += 3;
    }
    if (first === noUnit) {
      first = unit;
      continue;
    }
    const pair: u32 = first | (unit << 16);
    first = noUnit;
    laneLo = rotl(laneLo ^ spreadLo(pair), 13) * 5 + 0xe6546b64;
    laneHi = rotl(laneHi ^ spreadHi(pair), 18) * 5 + 0x561ccd1b;
  }
  finish(first, length);
}

function spreadLo(unit: u32): u32 {
  return rotl<u32>(unit * 0xcc9e2d51, 15) * 0x1b873593;
}

function spreadHi(unit: u32): u32 {
  return rotl<u32>(unit * 0x239b961b, 16) * 0xab0e9789;
}

/** @param last the unit that no pair was left for, or noUnit */
function finish(last: i32, length: i32): void {
  let lo = laneLo;
  let hi = laneHi;
  if (last !== noUnit) {
    lo ^= spreadLo(last);
    hi ^= spreadHi(last);
  }
  lo = mixed(lo ^ length);
  hi = mixed(hi ^ length);
  hashLo = lo + hi;
  hashHi = hi + hashLo;
}

function mixWords(lo: u32, hi: u32, seed: u32): void {
  const a = mixed(lo ^ (seed * 0x9e3779b1));
  const b = mixed(hi ^ a);
  hashLo = mixed(a + b);
  hashHi = mixed(b + hashLo * 0x85ebca6b);
}

function mixed(value: u32): u32 {
  let bits = value ^ (value >> 16);
  bits *= 0x85ebca6b;
  bits ^= bits >> 13;
  bits *= 0xc2b2ae35;
  return bits ^ (bits >> 16);
}
