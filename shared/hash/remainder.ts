import { xxh64 } from "./xxh64";

/** The seed of Spark's `xxhash64`, so that texts can be spread in the same way outside. */
export const spreadSeed = 42;

/** What a text leaves: a number from 0 up to, but not including, the divisor. */
export type Remainder = (text: string) => number;
/** The same from the halves of the text's hash. */
export type RemainderOfHash = (lo: number, hi: number) => number;

/** XXH64(text, seed 42), a number without sign, modulo a divisor. @param divisor up to 2^20 */
export function remainderBy(divisor: number): Remainder {
  const remainder = remainderOfHash(divisor);
  return (text) => {
    const { lo, hi } = xxh64(text, spreadSeed);
    return remainder(lo, hi);
  };
}

/** A hash of two halves modulo a divisor. @param divisor up to 2^20 */
export function remainderOfHash(divisor: number): RemainderOfHash {
  /** What a unit of the hash's upper half leaves. */
  const upperUnit = 2 ** 32 % divisor;
  return (lo, hi) => ((hi % divisor) * upperUnit + lo) % divisor;
}
