import { MessageChannel, type MessagePort } from "node:worker_threads";

const nowhere = closedPort();

/**
 * Gives the memory of a piece back at once, whole and empty: the piece is of no use afterwards.
 *
 * zlib puts every piece into memory of its own. Left to the garbage collection, this piles up until V8, which
 * counts it beside its heap, looks through everything, again and again: it was a third of what reading an export
 * costs (docs/performance.md). What is transferred to a port that is closed is freed right there (HTML standard,
 * `postMessage`: serialized first, then dropped); Node.js 20 has no `ArrayBuffer.prototype.transfer`.
 */
export function giveBack({ buffer, byteOffset, byteLength }: Buffer): void {
  // Behind a piece that ends earlier zlib goes on in the same memory.
  if (byteOffset + byteLength === buffer.byteLength) nowhere.postMessage(null, [buffer as ArrayBuffer]);
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
}
