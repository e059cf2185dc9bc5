import fc from "fast-check";
import { hash64 } from "./hash64";

const text = (value: string): string => {
  const { lo, hi } = hash64(value);
  return `${hi.toString(16)}:${lo.toString(16)}`;
};

describe("hash64", () => {
  it("gives equal texts equal hashes and different texts different ones", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(text(a) === text(b)).toBe(a === b);
      }),
    );
  });

  it("does not collide over many similar texts, in neither half more than chance allows", () => {
    const count = 300_000;
    const whole = new Set<string>();
    const low = new Set<number>();
    const high = new Set<number>();
    for (let index = 0; index < count; index++) {
      const { lo, hi } = hash64(`user-${index}`);
      low.add(lo);
      high.add(hi);
      whole.add(`${hi}:${lo}`);
    }
    expect(whole.size).toBe(count);
    // Birthday bound of 32 bits: about 10 collisions are expected.
    expect(count - low.size).toBeLessThan(40);
    expect(count - high.size).toBeLessThan(40);
  });

  it("tells texts apart that differ in length by zero characters only", () => {
    expect(new Set(["", "\0", "\0\0", "\0\0\0"].map(text)).size).toBe(4);
  });
});
