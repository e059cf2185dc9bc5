import { inOrder } from "./in-order";

/** Work whose end a test decides. */
function bench() {
  const ends = new Map<number, () => void>();
  const failures = new Map<number, (error: Error) => void>();
  const work = (item: number): Promise<number> =>
    new Promise((resolve, reject) => {
      ends.set(item, () => resolve(item * 10));
      failures.set(item, reject);
    });
  return { ends, failures, work };
}

async function all<Result>(results: AsyncIterable<Result>): Promise<Result[]> {
  const collected: Result[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

test("results come in the order of the items, whichever is done first", async () => {
  const { ends, work } = bench();
  const results = all(inOrder([1, 2, 3], 3, work));
  await Promise.resolve();
  ends.get(3)?.();
  ends.get(2)?.();
  ends.get(1)?.();
  expect(await results).toEqual([10, 20, 30]);
});

test("no more than allowed are under way, finished ones that wait for their turn included", async () => {
  const { ends, work } = bench();
  const results = inOrder([1, 2, 3, 4], 2, work);
  const first = results.next();
  await Promise.resolve();
  expect([...ends.keys()]).toEqual([1, 2]);
  ends.get(2)?.();
  await Promise.resolve();
  expect([...ends.keys()]).toEqual([1, 2]);
  ends.get(1)?.();
  expect(await first).toEqual({ value: 10, done: false });
  const second = results.next();
  expect(await second).toEqual({ value: 20, done: false });
  expect([...ends.keys()]).toEqual([1, 2, 3]);
});

test("a failure ends it, and the failures of the others stay unheard", async () => {
  const unheard: unknown[] = [];
  const listen = (error: unknown): unknown => unheard.push(error);
  process.on("unhandledRejection", listen);
  const { failures, work } = bench();
  const results = all(inOrder([1, 2, 3], 3, work));
  await Promise.resolve();
  failures.get(2)?.(new Error("two"));
  await new Promise(setImmediate);
  failures.get(1)?.(new Error("one"));
  failures.get(3)?.(new Error("three"));
  await expect(results).rejects.toThrow("one");
  await new Promise(setImmediate);
  process.off("unhandledRejection", listen);
  expect(unheard).toEqual([]);
});
