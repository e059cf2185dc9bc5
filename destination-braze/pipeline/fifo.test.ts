import fc from "fast-check";
import { Fifo } from "./fifo";

test("a Fifo behaves like an array", () => {
  const operations = fc.array(fc.constantFrom("push", "push", "shift", "shift", "unshift"), {
    maxLength: 5000,
    size: "max",
  });
  fc.assert(
    fc.property(operations, (names) => {
      const fifo = new Fifo<number>();
      const array: number[] = [];
      names.forEach((name, index) => {
        if (name === "shift") expect(fifo.shift()).toBe(array.shift());
        else {
          fifo[name as "push"](index);
          array[name as "push"](index);
        }
        expect(fifo.first).toBe(array[0]);
      });
    }),
    { numRuns: 30 },
  );
});
