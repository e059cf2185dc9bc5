import { takeUntil } from "./take-until";

async function* numbers(): AsyncGenerator<number> {
  for (let number = 1; ; number += 1) yield number;
}

/** Never gives an item, like a silent host. */
const silence: AsyncIterable<number> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
};

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe("takeUntil", () => {
  test("passes everything on while the signal stays quiet", async () => {
    async function* three(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    expect(await collect(takeUntil(three(), new AbortController().signal))).toEqual([1, 2, 3]);
  });

  test("ends between two items", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const number of takeUntil(numbers(), stop.signal)) {
      seen.push(number);
      if (number === 3) stop.abort();
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test("ends while it waits for an item that never comes", async () => {
    const stop = new AbortController();
    const ended = collect(takeUntil(silence, stop.signal));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await ended).toEqual([]);
  });

  test("takes nothing when the signal has aborted already", async () => {
    expect(await collect(takeUntil(numbers(), AbortSignal.abort()))).toEqual([]);
  });

  test("a failure of the source comes through", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error("broken");
    }
    await expect(collect(takeUntil(failing(), new AbortController().signal))).rejects.toThrow("broken");
  });

  test("leaves no listener behind on a signal that outlives it", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    let most = 0;
    for await (const number of takeUntil(numbers(), signal)) {
      most = Math.max(most, listeners);
      if (number === 50) break;
    }
    expect(most).toBeLessThanOrEqual(1);
    expect(listeners).toBe(0);
  });
});
