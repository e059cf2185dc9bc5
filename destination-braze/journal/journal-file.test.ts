import fc from "fast-check";
import { DamagedJournalError, decodeJournal, encodeJournal } from "./journal-file";

const word = fc.integer({ min: 0, max: 0xffffffff });
const file = fc.record({
  statesLeft: word,
  entries: fc.array(fc.tuple(word, word, word), { maxLength: 20 }).map((entries) => entries.flat()),
});

describe("a journal's file", () => {
  it("gives back what was written", () => {
    fc.assert(fc.property(file, (written) => expect(decodeJournal(encodeJournal(written))).toEqual(written)));
  });

  it("is refused when it is cut or a bit of it is wrong", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(7), (written, position, bit) => {
        const bytes = encodeJournal(written);
        const at = position % bytes.length;
        expect(() => decodeJournal(bytes.subarray(0, at))).toThrow(DamagedJournalError);
        bytes[at] = (bytes[at] as number) ^ (1 << bit);
        expect(() => decodeJournal(bytes)).toThrow(DamagedJournalError);
      }),
    );
  });
});
