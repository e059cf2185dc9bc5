import type { Hash64 } from "./hash64";

/**
 * XXH64 of a text's UTF-8 bytes, the hash that Spark calls `xxhash64`. In JavaScript, on halves of 32
 * bits: for texts as short as identifiers a call into WebAssembly with a BigInt costs several times as much.
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

const prime1 = { hi: 0x9e3779b1, lo: 0x85ebca87 };
const prime2 = { hi: 0xc2b2ae3d, lo: 0x27d4eb4f };
const prime3 = { hi: 0x165667b1, lo: 0x9e3779f9 };
const prime4 = { hi: 0x85ebca77, lo: 0xc2b2ae63 };
const prime5 = { hi: 0x27d4eb2f, lo: 0x165667c5 };

const stripeBytes = 32;
const result: Hash64 = { lo: 0, hi: 0 };
/** The accumulator that the functions below work on. Hot path: no object for each step. */
let accHi = 0;
let accLo = 0;
let scratch = new Uint8Array(256);

/**
 * @param seed below 2^32
 * @returns a shared object that the next call overwrites
 */
export function xxh64(text: string, seed: number): Readonly<Hash64> {
  const length = encode(text);
  let at = 0;
  if (length >= stripeBytes) at = mergedStripes(length, seed);
  else {
    accHi = prime5.hi;
    accLo = 0;
    setSum(prime5.lo, seed, 0);
  }
  setSum(accLo, length, 0);
  for (; at + 8 <= length; at += 8) {
    const hi = accHi;
    const lo = accLo;
    setRound(0, 0, wordAt(at + 4), wordAt(at));
    accHi ^= hi;
    accLo ^= lo;
    rotate(27);
    multiply(prime1.hi, prime1.lo);
    setSum(accLo, prime4.lo, prime4.hi);
  }
  if (at + 4 <= length) {
    const hi = accHi;
    const lo = accLo;
    accHi = 0;
    accLo = wordAt(at);
    multiply(prime1.hi, prime1.lo);
    accHi ^= hi;
    accLo ^= lo;
    rotate(23);
    multiply(prime2.hi, prime2.lo);
    setSum(accLo, prime3.lo, prime3.hi);
    at += 4;
  }
  for (; at < length; at += 1) {
    const hi = accHi;
    const lo = accLo;
    accHi = 0;
    accLo = scratch[at] as number;
    multiply(prime5.hi, prime5.lo);
    accHi ^= hi;
    accLo ^= lo;
    rotate(11);
    multiply(prime1.hi, prime1.lo);
  }
  avalanche();
  result.hi = accHi >>> 0;
  result.lo = accLo >>> 0;
  return result;
}

const lanes = new Int32Array(8);
const laneRotations = [1, 7, 12, 18];

/** The stripes of 32 bytes at the front, in four lanes. @returns where they end */
function mergedStripes(length: number, seed: number): number {
  setLane(0, prime1.hi, prime1.lo, prime2.hi, prime2.lo, seed);
  setLane(1, 0, 0, prime2.hi, prime2.lo, seed);
  setLane(2, 0, 0, 0, 0, seed);
  // seed - prime1: the negative in two's complement.
  setLane(3, ~prime1.hi, -prime1.lo, 0, 0, seed);
  let at = 0;
  for (; at + stripeBytes <= length; at += stripeBytes) {
    for (let lane = 0; lane < 4; lane++) {
      const from = at + 8 * lane;
      setRound(lanes[2 * lane] as number, lanes[2 * lane + 1] as number, wordAt(from + 4), wordAt(from));
      lanes[2 * lane] = accHi;
      lanes[2 * lane + 1] = accLo;
    }
  }
  let hi = 0;
  let lo = 0;
  for (let lane = 0; lane < 4; lane++) {
    accHi = lanes[2 * lane] as number;
    accLo = lanes[2 * lane + 1] as number;
    rotate(laneRotations[lane] as number);
    setSum(accLo, lo, hi);
    hi = accHi;
    lo = accLo;
  }
  for (let lane = 0; lane < 4; lane++) {
    setRound(0, 0, lanes[2 * lane] as number, lanes[2 * lane + 1] as number);
    accHi ^= hi;
    accLo ^= lo;
    multiply(prime1.hi, prime1.lo);
    setSum(accLo, prime4.lo, prime4.hi);
    hi = accHi;
    lo = accLo;
  }
  return at;
}

function setLane(lane: number, aHi: number, aLo: number, bHi: number, bLo: number, seed: number): void {
  accHi = aHi;
  accLo = aLo;
  setSum(accLo, bLo, bHi);
  setSum(accLo, seed, 0);
  lanes[2 * lane] = accHi;
  lanes[2 * lane + 1] = accLo;
}

/** acc = rotate(lane + input × prime2, 31) × prime1 */
function setRound(laneHi: number, laneLo: number, inputHi: number, inputLo: number): void {
  accHi = inputHi;
  accLo = inputLo;
  multiply(prime2.hi, prime2.lo);
  setSum(accLo, laneLo, laneHi);
  rotate(31);
  multiply(prime1.hi, prime1.lo);
}

function avalanche(): void {
  // x ^= x >>> 33, and likewise below.
  accLo ^= accHi >>> 1;
  multiply(prime2.hi, prime2.lo);
  accLo ^= (accLo >>> 29) | (accHi << 3);
  accHi ^= accHi >>> 29;
  multiply(prime3.hi, prime3.lo);
  accLo ^= accHi;
}

/** Adds to the accumulator's low half `lo` a number of two halves. */
function setSum(lo: number, plusLo: number, plusHi: number): void {
  const sum = (lo >>> 0) + (plusLo >>> 0);
  accLo = sum | 0;
  accHi = (accHi + plusHi + (sum > 0xffffffff ? 1 : 0)) | 0;
}

function multiply(hi: number, lo: number): void {
  const a0 = accLo & 0xffff;
  const a1 = accLo >>> 16;
  const b0 = lo & 0xffff;
  const b1 = lo >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = (a0 * b1 + (middle & 0xffff)) >>> 16;
  const high = a1 * b1 + (middle >>> 16) + carry;
  accHi = (high + Math.imul(accHi, lo) + Math.imul(accLo, hi)) | 0;
  accLo = Math.imul(accLo, lo);
}

/** @param bits 1 to 31 */
function rotate(bits: number): void {
  const hi = (accHi << bits) | (accLo >>> (32 - bits));
  accLo = (accLo << bits) | (accHi >>> (32 - bits));
  accHi = hi;
}

const wordAt = (at: number): number =>
  (scratch[at] as number) |
  ((scratch[at + 1] as number) << 8) |
  ((scratch[at + 2] as number) << 16) |
  ((scratch[at + 3] as number) << 24);

const encoder = new TextEncoder();

/** Puts the text's bytes into `scratch`. @returns their number */
function encode(text: string): number {
  const { length } = text;
  if (length * 3 > scratch.length) scratch = new Uint8Array(length * 3);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return encoder.encodeInto(text, scratch).written;
    scratch[index] = code;
  }
  return length;
}
