import { setMaxListeners } from "node:events";
import { Readable } from "node:stream";
import { ConnectorError, configError, StoppedError, transientError } from "../airbyte/errors";
import { MemoryOutput } from "../testing/memory-output";
import { MemoryStorage } from "../testing/memory-storage";
import { SimulatedTime } from "../testing/simulated-time";
import { ObjectNotFoundError, readAll } from "./storage";
import { StorageThroughOutages } from "./through-outages";

const minuteMs = 60_000;
const attemptMs = 5000;

let time: SimulatedTime;
let memory: MemoryOutput;
let stop: AbortController;
let inner: FailingStorage;
let storage: StorageThroughOutages;

/** Storage that fails until a time, after trying for a while, as the AWS client does. */
class FailingStorage extends MemoryStorage {
  failsUntilMs = 0;
  error: Error = transientError("S3 kept failing.");
  attempts = 0;
  atOnce = 0;
  mostAtOnce = 0;

  private async attempt(): Promise<void> {
    this.attempts += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.atOnce, this.mostAtOnce);
    if (time.nowMs < this.failsUntilMs) await time.sleep(attemptMs);
    this.atOnce -= 1;
    if (time.nowMs < this.failsUntilMs) throw this.error;
  }

  override async write(key: string, bytes: Buffer): Promise<void> {
    await this.attempt();
    return super.write(key, bytes);
  }

  override async list(prefix: string) {
    await this.attempt();
    return super.list(prefix);
  }

  override async remove(keys: readonly string[]): Promise<void> {
    await this.attempt();
    return super.remove(keys);
  }
}

beforeEach(() => {
  time = new SimulatedTime();
  memory = new MemoryOutput();
  stop = new AbortController();
  setMaxListeners(0, stop.signal);
  inner = new FailingStorage();
  open(30 * minuteMs);
});

function open(maxMs: number): void {
  const { now, sleep } = time;
  storage = new StorageThroughOutages(inner, {
    maxMs,
    log: memory.output.log,
    stop: stop.signal,
    now,
    sleep,
  });
}

const bytes = Buffer.from("content");
const logs = (): string[] => memory.messages().map(({ log }) => `${log?.level} ${log?.message}`);
const failed = async (work: Promise<unknown>): Promise<unknown> =>
  time.run(
    work.then(
      () => undefined,
      (error: unknown) => error,
    ),
  );

test("an outage of some minutes is waited out by everything that is under way, with one that tries", async () => {
  inner.failsUntilMs = time.nowMs + 5 * minuteMs;
  const writes = ["a", "b", "c"].map((key) => storage.write(key, bytes));
  await time.run(Promise.all([...writes, storage.list(""), storage.remove(["d"])]));
  const keys = (await storage.list("")).map(({ key }) => key);
  expect(keys).toEqual(["a", "b", "c"]);
  // All five at first, then one at a time.
  expect(inner.mostAtOnce).toBe(5);
  expect(inner.attempts).toBeLessThan(60);
  expect(logs()[0]).toMatch(
    /^WARN The object storage does not work since .* \(S3 kept failing\.\); waiting for it, up to 30 minutes\.$/,
  );
  expect(logs().at(-1)).toMatch(/^INFO The object storage answers again after 5(\.\d)? minutes\.$/);
});

test("one that lasts too long is an error; then everything is tried just once, for the end needs it too", async () => {
  open(2 * minuteMs);
  inner.failsUntilMs = Number.POSITIVE_INFINITY;
  expect(await failed(storage.write("a", bytes))).toMatchObject({
    failureType: "transient_error",
    message: expect.stringMatching(/^The object storage did not work for 2(\.\d)? minutes, which is longer/),
  });
  const startMs = time.nowMs;
  expect(await failed(storage.write("a", bytes))).toMatchObject({ message: "S3 kept failing." });
  expect(time.nowMs - startMs).toBe(attemptMs);
  inner.failsUntilMs = 0;
  await storage.write("a", bytes);
});

test.each([
  ["a permission that is gone", configError("They need s3:PutObject.")],
  ["a defect", new TypeError("undefined is not a function")],
])("%s ends it at once", async (_, error) => {
  await storage.list("");
  inner.failsUntilMs = Number.POSITIVE_INFINITY;
  inner.error = error;
  expect(await failed(storage.write("a", bytes))).toBe(error);
  expect(inner.attempts).toBe(2);
  expect(logs()).toEqual([]);
});

test("a host name that can't be looked up any more is an outage; one that never could is a mistake", async () => {
  const unknownHost = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  inner.error = new ConnectorError("config_error", "can't be reached", { cause: unknownHost });
  inner.failsUntilMs = time.nowMs + minuteMs;
  expect(await failed(storage.write("a", bytes))).toBe(inner.error);
  inner.failsUntilMs = 0;
  await storage.list("");
  inner.failsUntilMs = time.nowMs + minuteMs;
  await time.run(storage.write("a", bytes));
});

test("after a stop nothing is waited for, also what waits already, and what works still works", async () => {
  inner.failsUntilMs = Number.POSITIVE_INFINITY;
  const writes = ["a", "b"].map((key) => failed(storage.write(key, bytes)));
  const waiting = storage.untilUsable();
  await time.run(time.sleep(attemptMs + 1));
  const usable = failed(storage.untilUsable());
  await waiting;
  stop.abort();
  expect(await usable).toBeInstanceOf(StoppedError);
  expect(await time.run(Promise.all(writes))).toEqual([inner.error, inner.error]);
  inner.failsUntilMs = 0;
  await storage.write("c", bytes);
});

test("a read that breaks off begins anew; an object that is not there is not waited for", async () => {
  await storage.write("a", bytes);
  let reads = 0;
  inner.read = async (key) => {
    if (key !== "a") throw new ObjectNotFoundError(key);
    reads += 1;
    if (reads > 2) return Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]);
    return Readable.from(
      (function* () {
        yield bytes.subarray(0, 3);
        throw transientError("The connection was cut.");
      })(),
    );
  };
  expect(await time.run(readAll(storage, "a"))).toEqual(bytes);
  expect(reads).toBe(3);
  expect(await failed(storage.read("b"))).toEqual(new ObjectNotFoundError("b"));
});
