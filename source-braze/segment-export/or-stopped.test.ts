import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { orStopped } from "./or-stopped";

const later = <Result>(ms: number, result: Result): Promise<Result> =>
  new Promise((resolve) => setTimeout(() => resolve(result), ms));

test("what ends within the grace after a stop counts", async () => {
  const stopping = new AbortController();
  const work = orStopped(later(20, "done"), stopping.signal, 10_000);
  stopping.abort();
  expect(await work).toBe("done");
});

test("what does not is left alone", async () => {
  const stopping = new AbortController();
  const work = orStopped(new Promise(() => undefined), stopping.signal, 10);
  stopping.abort();
  await expect(work).rejects.toThrow(StoppedError);
});

test("no listener is left behind", async () => {
  const { signal } = new AbortController();
  const removed = jest.spyOn(signal, "removeEventListener");
  await orStopped(later(0, 1), signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(removed).toHaveBeenCalledTimes(1);
});
