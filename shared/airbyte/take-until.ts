/**
 * Passes items on until the signal aborts, even while the next item is awaited. The source is then
 * left alone: a read of stdin under way can't be cancelled and must not be waited for.
 */
export async function* takeUntil<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  // One listener for all items: adding and removing it costs more than passing an item on.
  let giveUp = (): void => undefined;
  const onAbort = (): void => giveUp();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    while (!signal.aborted) {
      // Not Promise.race with one promise for the signal: as long as that is pending it would keep every
      // result alive.
      const next = await new Promise<IteratorResult<Item> | undefined>((resolve, reject) => {
        giveUp = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
