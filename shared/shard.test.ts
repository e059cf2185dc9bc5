import fc from "fast-check";
import xxhash from "xxhash-wasm";
import { isWithin, ownedBy, type Shard, shardOf, shardsOverlap } from "./shard";
import { thrownBy } from "./testing/thrown";

const shard = fc
  .integer({ min: 1, max: 60 })
  .chain((count) => fc.record({ index: fc.integer({ min: 0, max: count - 1 }), count: fc.constant(count) }));
const shardsOf = (count: number): Shard[] => Array.from({ length: count }, (_, index) => ({ index, count }));
const text = fc.string({ unit: "grapheme", maxLength: 60 });
/** Numbers that stand for the hashes of all texts. */
const numbersIn = ({ index, count }: Shard): number[] =>
  Array.from({ length: 60 * 60 }, (_, number) => number).filter((number) => number % count === index);

describe("the shards of a work", () => {
  test("are disjoint and complete, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(text, { maxLength: 20 }), (count, texts) => {
        const owners = shardsOf(count).map(ownedBy);
        for (const each of texts) expect(owners.filter((owns) => owns(each))).toHaveLength(1);
      }),
    );
  });

  test("go by XXH64 with seed 42, modulo their number", async () => {
    const { h64 } = await xxhash();
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 1 << 20 }), (each, count) => {
        const index = Number(h64(each, 42n) % BigInt(count));
        expect(ownedBy({ index, count })(each)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("overlap if something can belong to both", () => {
    fc.assert(
      fc.property(shard, shard, (one, other) => {
        const both = new Set(numbersIn(other));
        expect(shardsOverlap(one, other)).toBe(numbersIn(one).some((number) => both.has(number)));
        expect(isWithin(one, other)).toBe(numbersIn(one).every((number) => both.has(number)));
      }),
      { numRuns: 300 },
    );
  });
});

describe("the shard of a config", () => {
  test("is nothing where one process does everything", () => {
    expect(shardOf(undefined)).toBeUndefined();
    expect(shardOf({ index: 0, count: 1 })).toBeUndefined();
    expect(shardOf({ index: 2, count: 3 })).toEqual({ index: 2, count: 3 });
  });

  test("must exist", async () => {
    const error = await thrownBy(() => shardOf({ index: 3, count: 3 }));
    expect(error).toMatchObject({ failureType: "config_error", help: "shards" });
    expect(error).toMatchObject({
      message:
        '"shard" has the index 3 and the count 3: indexes are counted from 0, so the index must be less than the count.',
    });
  });
});
