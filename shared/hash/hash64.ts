/** The two halves of a 64-bit hash; overwritten by the next call. Hot path: no object for each hash. */
export interface Hash64 {
  lo: number;
  hi: number;
}

const result: Hash64 = { lo: 0, hi: 0 };

/**
 * 64-bit hash of a text: two lanes of MurmurHash3's mixing with different constants over its UTF-16
 * units. In JavaScript, because a call into WebAssembly costs more than hashing a short text does; not
 * cryptographic.
 * @param seed tells apart what must not be equal though its texts are; 32 bits
 * @returns a shared object that the next call overwrites
 */
export function hash64(text: string, seed = 0): Readonly<Hash64> {
  let lo = 0x9747b28c ^ seed;
  let hi = 0x3c074a61 ^ seed;
  const { length } = text;
  let position = 0;
  for (; position + 1 < length; position += 2) {
    const unit = text.charCodeAt(position) | (text.charCodeAt(position + 1) << 16);
    let a = Math.imul(unit, 0xcc9e2d51);
    a = Math.imul((a << 15) | (a >>> 17), 0x1b873593);
    lo ^= a;
    lo = (Math.imul((lo << 13) | (lo >>> 19), 5) + 0xe6546b64) | 0;
    let b = Math.imul(unit, 0x239b961b);
    b = Math.imul((b << 16) | (b >>> 16), 0xab0e9789);
    hi ^= b;
    hi = (Math.imul((hi << 18) | (hi >>> 14), 5) + 0x561ccd1b) | 0;
  }
  return finished(lo, hi, position < length ? text.charCodeAt(position) : noUnit, length);
}

const noUnit = -1;

/** @param last the unit that no pair was left for, or `noUnit` */
function finished(loLane: number, hiLane: number, last: number, length: number): Readonly<Hash64> {
  let lo = loLane;
  let hi = hiLane;
  if (last !== noUnit) {
    let a = Math.imul(last, 0xcc9e2d51);
    a = Math.imul((a << 15) | (a >>> 17), 0x1b873593);
    lo ^= a;
    let b = Math.imul(last, 0x239b961b);
    b = Math.imul((b << 16) | (b >>> 16), 0xab0e9789);
    hi ^= b;
  }
  lo = finish(lo ^ length);
  hi = finish(hi ^ length);
  // Each half depends on both lanes, as in MurmurHash3's 128-bit variants.
  result.lo = (lo + hi) >>> 0;
  result.hi = (hi + result.lo) >>> 0;
  return result;
}

/** MurmurHash3's last step: each bit of a lane comes to depend on all of it. */
export function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
