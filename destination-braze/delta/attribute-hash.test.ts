import type { Json } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { hashAttribute } from "./attribute-hash";
import { canonicalAttribute } from "./canonical";

const text = (value: Json, merged = false): string => {
  const { lo, hi } = hashAttribute(value, merged);
  return `${hi}:${lo}`;
};

const plain = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constantFrom(null, -0, 0, "0", "1", "true", "null", "", 1e300, Number.POSITIVE_INFINITY),
);
const value = fc.oneof(
  plain,
  fc.array(plain, { maxLength: 4 }),
  fc.array(fc.constantFrom("a", "b", 1, "1", null), { minLength: 14, maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
) as fc.Arbitrary<Json>;

test("values have the same hash exactly if their canonical texts are the same", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(text(a) === text(b)).toBe(canonicalAttribute(a) === canonicalAttribute(b));
    }),
    { numRuns: 5000 },
  );
});

test("order and repetition in a set don't matter", () => {
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 30 }), fc.nat(), (elements, times) => {
      const set = elements as Json[];
      const other = [...set].reverse().concat(set.slice(0, times % set.length));
      expect(text(other)).toBe(text(set));
    }),
  );
});

test("a merged object is something else than the same object as a whole", () => {
  expect(text({ a: 1 }, true)).not.toBe(text({ a: 1 }));
});

test("neighbouring numbers do not collide, in neither half more than chance allows", () => {
  const count = 200_000;
  const halves = [new Set<number>(), new Set<number>()] as const;
  for (let number = 0; number < count; number++) {
    const { lo, hi } = hashAttribute(number / 100);
    halves[0].add(lo);
    halves[1].add(hi);
  }
  // Birthday bound of 32 bits: about 5 collisions are expected.
  for (const half of halves) expect(count - half.size).toBeLessThan(25);
});
