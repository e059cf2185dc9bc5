/**
 * Passes items on until the signal aborts, even while the next item is awaited. The source is then
 * left alone: a read of stdin under way can't be cancelled and must not be waited for.
 */
export async function* takeUntil<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  while (!signal.aborted) {
    const next = await nextUntil(iterator, signal);
    if (!next || next.done) return;
    yield next.value;
  }
}

/**
 * The next result, or undefined when the signal aborts first. Not Promise.race with one promise for the
 * signal: as long as that is pending it would keep every result alive.
 */
function nextUntil<Item>(
  iterator: AsyncIterator<Item>,
  signal: AbortSignal,
): Promise<IteratorResult<Item> | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
