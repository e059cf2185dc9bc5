import fc from "fast-check";
import xxhash from "xxhash-wasm";
import { xxh64 } from "./xxh64";

const combined = (text: string, seed: number): bigint => {
  const { lo, hi } = xxh64(text, seed);
  return (BigInt(hi) << 32n) | BigInt(lo);
};

test("it is the XXH64 of the library, for every text and seed", async () => {
  const { h64 } = await xxhash();
  const seeds = fc.oneof(fc.constantFrom(0, 42, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }));
  const texts = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ minLength: 28, maxLength: 36 }),
  );
  fc.assert(
    fc.property(texts, seeds, (text, seed) => {
      expect(combined(text, seed)).toBe(h64(text, BigInt(seed)));
    }),
    { numRuns: 3000 },
  );
});

test("known values", () => {
  expect(combined("", 0)).toBe(0xef46db3751d8e999n);
  expect(combined("a", 0)).toBe(0xd24ec4f1a98c6e5bn);
});
