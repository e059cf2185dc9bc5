import { type Hash64, hash64 } from "@braze-connectors/shared/hash/hash64";
import type { Json } from "@braze-connectors/shared/json";
import { canonicalAttribute } from "./canonical";

/** Seeds keep values apart that are of different kinds but look alike: "1" and 1, "null" and null. */
export const seeds = { text: 1, number: 2, constant: 3, set: 4, nested: 5, merged: 6 };

/** Up to here comparing each element with those before it is faster than a Set. */
const smallSet = 16;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const result: Hash64 = { lo: 0, hi: 0 };

/**
 * Hash of an attribute's value: equal for values whose canonical texts are equal (canonical.ts). The
 * kinds of values that make up nearly all records are hashed without building that text.
 * @param merged whether the value is an object that is merged into what Braze has, which says nothing of
 *   the whole
 * @returns a shared object that the next call overwrites
 */
export function hashAttribute(value: Json, merged = false): Readonly<Hash64> {
  switch (typeof value) {
    case "string":
      return hash64(value, seeds.text);
    case "number":
      return hashNumber(value);
    case "object":
      if (value === null) return hash64("null", seeds.constant);
      if (Array.isArray(value)) return value.some(isNested) ? hashNested(value, false) : hashSet(value);
      return hashNested(value, merged);
    default:
      return hash64(value ? "true" : "false", seeds.constant);
  }
}

const isNested = (item: Json): boolean => typeof item === "object" && item !== null;

const hashNested = (value: Json, merged: boolean): Readonly<Hash64> =>
  hash64(canonicalAttribute(value), merged ? seeds.merged : seeds.nested);

/** As `hashAttribute` of a number. */
function hashNumber(value: number): Readonly<Hash64> {
  // Adding zero makes -0 the 0 that it is.
  float[0] = value + 0;
  return finished(words[0] as number, words[1] as number, seeds.number);
}

/** Neither order nor repetition counts: the hashes of the different elements are added up. */
function hashSet(value: readonly Json[]): Readonly<Hash64> {
  const elements = value.length > smallSet ? [...new Set(value)] : value;
  let lo = 0;
  let hi = 0;
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] as Json;
    if (elements === value && value.indexOf(element) < index) continue;
    const hash = hashAttribute(element);
    lo = (lo + hash.lo) | 0;
    hi = (hi + hash.hi) | 0;
  }
  return hashOfSum(lo, hi);
}

/** As `hashAttribute` of an array, from the sum of the hashes of its different elements. */
const hashOfSum = (lo: number, hi: number): Readonly<Hash64> => finished(lo, hi, seeds.set);

function finished(lo: number, hi: number, seed: number): Readonly<Hash64> {
  const a = mixed(lo ^ Math.imul(seed, 0x9e3779b1));
  const b = mixed(hi ^ a);
  result.lo = mixed(a + b) >>> 0;
  result.hi = mixed(b + Math.imul(result.lo, 0x85ebca6b)) >>> 0;
  return result;
}

/** The end of MurmurHash3: every bit of the value changes about half of the result's. */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
