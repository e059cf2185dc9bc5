import { ownedBy } from "@braze-connectors/shared/shard";
import fc from "fast-check";
import xxhash from "xxhash-wasm";
import { allParts, partitionOf, partitions, partsOf, sharesIndex } from "./partition";

const shardCounts = allParts.map((part) => part + 1).filter((count) => sharesIndex({ index: 0, count }));
const identity = fc.string({ unit: "grapheme", maxLength: 80 });

test("the part of an identity is its XXH64 with seed 42, modulo the number of parts", async () => {
  const { h64 } = await xxhash();
  fc.assert(
    fc.property(identity, (each) => {
      expect(partitionOf(each)).toBe(Number(h64(each, 42n) % BigInt(partitions)));
    }),
    { numRuns: 1000 },
  );
});

test("a shard owns the parts of its identities, and no identity of another shard is in them", () => {
  expect(shardCounts).toHaveLength(20);
  fc.assert(
    fc.property(identity, fc.constantFrom(...shardCounts), (each, count) => {
      for (let index = 0; index < count; index++) {
        const shard = { index, count };
        expect(partsOf(shard).includes(partitionOf(each))).toBe(ownedBy(shard)(each));
      }
    }),
  );
});

test("shards of another number have all parts, each for itself", () => {
  expect(sharesIndex({ index: 0, count: 7 })).toBe(false);
  expect(partsOf({ index: 6, count: 7 })).toEqual(allParts);
});

test("the shards own all parts together, and none twice", () => {
  for (const count of shardCounts) {
    const owned = Array.from({ length: count }, (_, index) => partsOf({ index, count })).flat();
    expect(owned.sort((a, b) => a - b)).toEqual(allParts);
  }
});
