import fc from "fast-check";
import { hash64, hash64OfBytes } from "./hash64";

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

describe("hash64OfBytes", () => {
  const ofBytes = (value: string, seed: number): string => {
    const bytes = Buffer.from(`"${value}"`);
    const isAscii = bytes.length === value.length + 2;
    const { lo, hi } = hash64OfBytes(bytes, 1, bytes.length - 1, seed, isAscii);
    return `${hi.toString(16)}:${lo.toString(16)}`;
  };
  const ofText = (value: string, seed: number): string => {
    const { lo, hi } = hash64(value, seed);
    return `${hi.toString(16)}:${lo.toString(16)}`;
  };
  /** Texts without characters beyond U+FFFF, of every width and of all lengths. */
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0x7ff }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0xffff }),
  );
  const texts = fc.oneof(
    fc.array(unit, { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
    fc.array(fc.integer({ min: 0, max: 0x7f })).map((units) => String.fromCharCode(...units)),
  );

  it("is the hash of the text", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 10 }), (value, seed) => {
        expect(ofBytes(value, seed)).toBe(ofText(value, seed));
      }),
      { numRuns: 2000 },
    );
  });
});
