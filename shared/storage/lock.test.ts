import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../json";
import { thrownBy } from "../testing/thrown";
import { LocalStorage } from "./local";
import { type LockOptions, StorageLock } from "./lock";
import { readAll } from "./storage";

const folder = "lock/";
let directory: string;
let storage: LocalStorage;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lock-"));
  storage = new LocalStorage(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
const acquire = (options: Partial<LockOptions> = {}): Promise<StorageLock> =>
  StorageLock.acquire(storage, folder, "the test", { stop: never, settleMs: 200, ...options });
const claims = async (): Promise<string[]> => (await storage.list(folder)).map(({ key }) => key);

/** Leaves the claim of another holder, like this process's own apart from what is changed. */
async function leaveClaim(changed: JsonObject): Promise<string> {
  const own = await acquire();
  const [key] = await claims();
  const claim = JSON.parse((await readAll(storage, key as string)).toString());
  await own.release();
  const other = `${folder}other.json`;
  await storage.write(other, Buffer.from(JSON.stringify({ ...claim, token: "other", ...changed })));
  return other;
}

const elsewhere = { host: "elsewhere", space: "another", pid: 1, since: "2026-01-02T03:04:05.678Z" };

describe("StorageLock", () => {
  it("can be taken again after it was given back", async () => {
    await (await acquire()).release();
    await (await acquire()).release();
    expect(await claims()).toEqual([]);
  });

  it("is refused while a living process holds it, with its name", async () => {
    const lock = await acquire();
    const error = await thrownBy(() => acquire());
    expect(error.failureType).toBe("transient_error");
    expect(error.message).toMatch(
      `Another sync is at work on the test: process ${process.pid} on ${hostname()} since 20`,
    );
    expect(await claims()).toHaveLength(1);
    await lock.release();
  });

  it("of a shard is for those who share nothing with it, whatever their number", async () => {
    const lock = await acquire({ shard: { index: 1, count: 3 } });
    const others = await Promise.all([
      acquire({ shard: { index: 0, count: 3 } }),
      acquire({ shard: { index: 5, count: 6 } }),
    ]);
    for (const shard of [undefined, { index: 1, count: 3 }, { index: 0, count: 2 }, { index: 4, count: 6 }]) {
      const error = await thrownBy(() => acquire({ shard }));
      expect(error.message).toMatch(/ is at work on the test \(shard \d of \d\): process /);
    }
    expect(await claims()).toHaveLength(3);
    for (const each of [lock, ...others]) await each.release();
  });

  it("goes to one of many that want it at the same time", async () => {
    for (let round = 0; round < 5; round++) {
      // Patient enough for a disk that takes its time: then nobody gives up before the others have withdrawn.
      const all = Array.from({ length: 6 }, () => acquire({ settleMs: 3000 }));
      const tries = await Promise.allSettled(all);
      const won = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      expect(won).toHaveLength(1);
      expect(await claims()).toHaveLength(1);
      await won[0]?.release();
    }
  });

  it("is taken over at once from a process that was killed", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    await leaveClaim({ pid: child.pid as number, started: null });
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const before = Date.now();
    const lock = await acquire({ settleMs: 30_000, silenceMs: 30_000 });
    // Who waits for one of the two waits three seconds at least.
    expect(Date.now() - before).toBeLessThan(2900);
    expect(await claims()).toHaveLength(1);
    await lock.release();
  });

  it("is taken over from a process whose number another one has now", async () => {
    await leaveClaim({ pid: process.pid, started: "12" });
    await (await acquire()).release();
  });

  it("is taken over from another machine only after a silence", async () => {
    await leaveClaim(elsewhere);
    const before = Date.now();
    const lock = await acquire({ silenceMs: 200 });
    expect(Date.now() - before).toBeGreaterThanOrEqual(190);
    await lock.release();
  });

  it("stays with another machine that beats", async () => {
    const key = await leaveClaim(elsewhere);
    let beat = 0;
    const claim = JSON.parse((await readAll(storage, key)).toString());
    let written: Promise<unknown> = Promise.resolve();
    const beating = setInterval(() => {
      beat += 1;
      written = Promise.all([written, storage.write(key, Buffer.from(JSON.stringify({ ...claim, beat })))]);
    }, 30);
    const error = await thrownBy(() => acquire({ silenceMs: 5000 }));
    clearInterval(beating);
    await written;
    expect(error.message).toContain("process 1 on elsewhere since 2026-01-02T03:04:05.678Z");
  });

  it("shows that its holder lives", async () => {
    const lock = await acquire({ beatMs: 10 });
    const [key] = await claims();
    const beat = async () => JSON.parse((await readAll(storage, key as string)).toString()).beat;
    while ((await beat()) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await lock.release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await claims()).toEqual([]);
  });

  it("does not let beats pile up while the storage is slow", async () => {
    const lock = await acquire({ beatMs: 5 });
    let reading = 0;
    let goOn: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const read = storage.read.bind(storage);
    storage.read = async (key) => {
      reading += 1;
      await slow;
      return read(key);
    };
    while (reading === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(reading).toBe(1);
    goOn();
    await lock.release();
    expect(await claims()).toEqual([]);
  });

  it("tells its holder when it was taken away", async () => {
    const [key, lock, message] = await new Promise<[string, StorageLock, string]>((resolve) => {
      const taken = acquire({
        beatMs: 10,
        lost: ({ message }) => void taken.then((lock) => resolve([removed, lock, message])),
      });
      let removed = "";
      void taken.then(async () => {
        removed = (await claims())[0] as string;
        await storage.remove([removed]);
      });
    });
    expect(message).toContain("The lock on the test was lost");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await claims()).not.toContain(key);
    await lock.release();
  });

  it("takes a damaged claim for nobody's", async () => {
    await storage.write(`${folder}damaged.json`, Buffer.from('{"token":'));
    await storage.write(`${folder}strange.json`, Buffer.from("[]"));
    const lock = await acquire();
    expect(await claims()).toHaveLength(1);
    await lock.release();
  });

  it("withdraws when it is told to stop while waiting", async () => {
    const key = await leaveClaim(elsewhere);
    const stop = new AbortController();
    const waiting = acquire({ silenceMs: 10_000, stop: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await expect(waiting).rejects.toThrow();
    expect(await claims()).toEqual([key]);
  });
});
