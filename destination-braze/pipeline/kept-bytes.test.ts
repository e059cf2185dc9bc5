import fc from "fast-check";
import { KeptBytes } from "./kept-bytes";

test("keeps what it was given, whatever becomes of the original", () => {
  const kept = new KeptBytes();
  const texts = fc.array(fc.tuple(fc.string({ maxLength: 300 }), fc.nat(10)), { maxLength: 300 });
  fc.assert(
    fc.property(texts, (all) => {
      const copies = all.map(([text, before]) => {
        const original = Buffer.from("x".repeat(before) + text);
        const copy = kept.keep(original, before, original.length);
        original.fill(0);
        return copy;
      });
      expect(copies.map((copy) => Buffer.from(copy).toString())).toEqual(all.map(([text]) => text));
    }),
  );
});

test("keeps also what is longer than a piece", () => {
  const long = Buffer.alloc(200_000, "long");
  expect(Buffer.from(new KeptBytes().keep(long, 1, long.length)).equals(long.subarray(1))).toBe(true);
});
