/**
 * Works on several items at once and yields the results in the order of the items, so that what a sync emits
 * does not depend on which answer came first.
 * @param atOnce bound of requests under way, and of results that wait for their turn
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    const promise = work(item);
    // It may fail before its turn to be awaited, or be left alone after the failure of another.
    promise.catch(() => undefined);
    underWay.push(promise);
    if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<Result>);
  }
  while (underWay.length > 0) yield await (underWay.shift() as Promise<Result>);
}
