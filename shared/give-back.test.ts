import { giveBack } from "./give-back";

const large = 1 << 20;

test("memory is given back at once", () => {
  const piece = Buffer.allocUnsafeSlow(large);
  const part = piece.subarray(40);
  giveBack(part);
  expect([piece.length, part.length, piece.buffer.byteLength]).toEqual([0, 0, 0]);
});

test("memory that is written on behind a piece is kept", () => {
  const memory = Buffer.allocUnsafeSlow(large).fill("x");
  giveBack(memory.subarray(0, large - 1));
  expect(memory.toString()).toBe("x".repeat(large));
});

test("memory that pieces of others are in is kept", () => {
  const { buffer } = Buffer.allocUnsafe(8);
  giveBack(Buffer.from(buffer, buffer.byteLength - 8));
  expect(buffer.byteLength).toBe(Buffer.poolSize);
});

test("nothing is kept until a garbage collection", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let time = 0; time < 200; time += 1) {
    giveBack(Buffer.allocUnsafeSlow(large).fill(1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * large);
  }
});
