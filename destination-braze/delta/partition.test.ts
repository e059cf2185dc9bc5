import fc from "fast-check";
import xxhash from "xxhash-wasm";
import { partitionOf, partitions } from "./partition";

test("the part of an identity is its XXH64 with seed 42, modulo the number of parts", async () => {
  const { h64 } = await xxhash();
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (identity) => {
      expect(partitionOf(identity)).toBe(Number(h64(identity, 42n) % BigInt(partitions)));
    }),
    { numRuns: 1000 },
  );
});
