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
  try {
    for (const item of items) {
      underWay.push(work(item));
      if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<Result>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<Result>);
  } finally {
    // After a failure nobody awaits the others: whether they fail too does not matter any more.
    for (const promise of underWay) promise.catch(() => undefined);
  }
}
