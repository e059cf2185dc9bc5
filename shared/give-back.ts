import { MessageChannel, type MessagePort } from "node:worker_threads";

const nowhere = closedPort();

/**
 * Gives the memory of a large piece back at once: the piece is empty afterwards, and of no use.
 *
 * Left to the garbage collection, large pieces pile up until V8, which counts them beside its heap, looks through
 * everything, again and again: that was a third of what reading an export costs (docs/performance.md). What is
 * transferred to a port that is closed is freed right there (HTML standard, `postMessage`: serialized first, then
 * dropped); Node.js 20 has no `ArrayBuffer.prototype.transfer`.
 *
 * Never for what a socket may still be sending: an answer can come before all of it has left.
 *
 * A piece that ends before its memory does is kept: zlib goes on behind it. So is one of the pool in which Node.js
 * puts small ones side by side.
 */
export function giveBack({ buffer, byteOffset, byteLength }: Buffer): void {
  const isOwn = buffer.byteLength > Buffer.poolSize && byteOffset + byteLength === buffer.byteLength;
  if (isOwn) nowhere.postMessage(null, [buffer as ArrayBuffer]);
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
}
