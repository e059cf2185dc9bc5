import { Readable } from "node:stream";
import { StoppedError } from "@braze-connectors/shared/airbyte/errors";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { StoppableStorage } from "./stoppable-storage";

const never = <Result>(): Promise<Result> => new Promise(() => undefined);

/** Storage that never answers, but for what a test says. */
const silent = (change: Partial<ObjectStorage> = {}): ObjectStorage => ({
  location: "s3://bucket",
  list: never,
  read: never,
  write: never,
  remove: never,
  close: () => undefined,
  ...change,
});

const actions: [string, (storage: ObjectStorage) => Promise<unknown>][] = [
  ["list", (storage) => storage.list("a")],
  ["read", (storage) => storage.read("a")],
  ["write", (storage) => storage.write("a", Buffer.alloc(1))],
  ["remove", (storage) => storage.remove(["a"])],
];

test.each(actions)("nobody waits for %s after a stop", async (_, act) => {
  const stopping = new AbortController();
  const acting = act(new StoppableStorage(silent(), stopping.signal));
  stopping.abort();
  await expect(acting).rejects.toThrow(StoppedError);
  await expect(act(new StoppableStorage(silent(), stopping.signal))).rejects.toThrow(StoppedError);
});

test("without a stop everything is as it is", async () => {
  const { signal } = new AbortController();
  const broken = new Error("broken");
  const storage = new StoppableStorage(
    silent({ list: async () => [{ key: "a", sizeBytes: 1 }], write: () => Promise.reject(broken) }),
    signal,
  );
  expect(storage.location).toBe("s3://bucket");
  expect(await storage.list("a")).toEqual([{ key: "a", sizeBytes: 1 }]);
  await expect(storage.write("a", Buffer.alloc(1))).rejects.toBe(broken);
});

test("a body that comes after the stop is not left open", async () => {
  const stopping = new AbortController();
  const body = Readable.from(["content"]);
  let come = (_: Readable): void => undefined;
  const read = (): Promise<Readable> =>
    new Promise((resolve) => {
      come = resolve;
    });
  const reading = new StoppableStorage(silent({ read }), stopping.signal).read("a");
  stopping.abort();
  await expect(reading).rejects.toThrow(StoppedError);
  come(body);
  await new Promise((resolve) => body.once("close", resolve));
  expect(body.destroyed).toBe(true);
});
