import fc from "fast-check";
import { WordList } from "./word-list";

test("keeps all words, however many", () => {
  const word = fc.nat({ max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word), { maxLength: 1000, size: "max" }), (all) => {
      const list = new WordList();
      for (const three of all) list.push(...three);
      expect([...list.words]).toEqual(all.flat());
    }),
  );
});
