import { giveBack } from "./give-back";

test("memory is given back at once", () => {
  const piece = Buffer.allocUnsafeSlow(100);
  const part = piece.subarray(40);
  giveBack(part);
  expect([piece.length, part.length, piece.buffer.byteLength]).toEqual([0, 0, 0]);
});

test("memory that is written on behind a piece is kept", () => {
  const memory = Buffer.allocUnsafeSlow(100).fill("x");
  giveBack(memory.subarray(0, 99));
  expect(memory.toString()).toBe("x".repeat(100));
});

test("nothing is kept until a garbage collection", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let time = 0; time < 200; time += 1) {
    const piece = Buffer.allocUnsafeSlow(1 << 20).fill(1);
    giveBack(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
  }
});
