import { setMaxListeners } from "node:events";
import { type ConnectorError, StoppedError, transientError } from "./airbyte/errors";
import { Outage } from "./outage";
import { MemoryOutput } from "./testing/memory-output";
import { SimulatedTime } from "./testing/simulated-time";

const never = new AbortController().signal;
setMaxListeners(0, never);
const minuteMs = 60_000;

let time: SimulatedTime;
let memory: MemoryOutput;
beforeEach(() => {
  time = new SimulatedTime();
  memory = new MemoryOutput();
});

const logs = (): string[] =>
  memory.messages().flatMap(({ log }) => (log ? [`${log.level} ${log.message}`] : []));

const outageOf = (maxMs: number): Outage =>
  new Outage({
    what: "Braze",
    maxMs,
    minProbes: 5,
    manyFailures: 10,
    log: memory.output.log,
    now: time.now,
    sleep: time.sleep,
  });

/** A service that is out from the start until a time, and what reaches it. */
class Service {
  readonly attempts: { client: number; atMs: number }[] = [];
  atOnce = 0;
  mostAtOnce = 0;

  constructor(readonly backAtMs: number) {}

  /** @returns whether it answered */
  async ask(client: number, attemptMs = 50): Promise<boolean> {
    this.attempts.push({ client, atMs: time.nowMs });
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await time.sleep(attemptMs);
    this.atOnce -= 1;
    return time.nowMs >= this.backAtMs;
  }
}

/** A client as BrazeClient is one, without limits. */
async function request(outage: Outage, service: Service, client: number, stop = never): Promise<void> {
  for (;;) {
    const leave = await outage.enter(stop);
    try {
      const startedAtMs = time.nowMs;
      if (await service.ask(client)) return outage.answered();
      const final = outage.failed(transientError("It failed."), startedAtMs, leave !== undefined);
      if (final) throw final;
    } finally {
      leave?.();
    }
    if (!outage.isOn) await time.sleep(100, stop);
  }
}

const clients = Array.from({ length: 32 }, (_, index) => index);

test("an outage is waited out: all pause, one at a time tries, all go on when it answers", async () => {
  const startMs = time.nowMs;
  const outage = outageOf(30 * minuteMs);
  const service = new Service(startMs + 10 * minuteMs);
  await time.run(Promise.all(clients.map((client) => request(outage, service, client))));

  const probes = service.attempts.filter(({ atMs }) => atMs > startMs + 200 && atMs < service.backAtMs);
  // A pause is half a minute at the most, and a quarter minute at the least once they are long.
  expect(probes.length).toBeGreaterThan(15);
  expect(probes.length).toBeLessThan(50);
  const probedAt = probes.map(({ atMs }) => atMs);
  for (const [index, atMs] of probedAt.slice(1).entries())
    expect(atMs - (probedAt[index] ?? 0)).toBeGreaterThan(50);
  // Each in its turn: a request that can't succeed does not stand in the way of the others.
  expect(new Set(probes.slice(0, 30).map(({ client }) => client)).size).toBe(Math.min(30, probes.length));
  const after = service.attempts.filter(({ atMs }) => atMs >= service.backAtMs);
  expect(after.length).toBeGreaterThanOrEqual(31);
  // Nobody oversleeps.
  expect(Math.max(...after.map(({ atMs }) => atMs))).toBeLessThan(service.backAtMs + 31_000);

  const [start, ...progress] = logs().slice(0, -1);
  expect(start).toMatch(
    /^WARN Braze does not work since .*Z \(It failed\.\); waiting for it, up to 30 minutes\.$/,
  );
  expect(progress.length).toBeGreaterThanOrEqual(5);
  expect(progress.length).toBeLessThanOrEqual(10);
  for (const line of progress)
    expect(line).toMatch(
      /^INFO Braze has not worked for [\d.]+ (seconds|minutes); waiting on, up to 30 minutes\.$/,
    );
  expect(logs().at(-1)).toMatch(/^INFO Braze answers again after 10(\.\d)? minutes\.$/);
});

test("one that lasts too long ends everything, with one error", async () => {
  const startMs = time.nowMs;
  const outage = outageOf(2 * minuteMs);
  const service = new Service(Number.POSITIVE_INFINITY);
  const results = await time.run(
    Promise.allSettled(clients.map((client) => request(outage, service, client))),
  );
  const errors = results.map((result) => (result as PromiseRejectedResult).reason as ConnectorError);
  expect(new Set(errors).size).toBe(1);
  expect(errors[0]).toMatchObject({
    failureType: "transient_error",
    message: expect.stringMatching(
      /^Braze did not work for 2(\.\d)? minutes, which is longer than limits\.max_outage_minutes lets a sync wait\. The last attempt: It failed\.$/,
    ),
  });
  expect(time.nowMs - startMs).toBeGreaterThanOrEqual(2 * minuteMs);
  expect(time.nowMs - startMs).toBeLessThan(2 * minuteMs + 1000);
});

test("without patience there is no gate", async () => {
  const outage = outageOf(0);
  for (let count = 0; count < 100; count += 1) {
    expect(outage.failed(transientError("It failed."), time.nowMs, false)).toBeUndefined();
  }
  expect(outage.isOn).toBe(false);
  expect(logs()).toEqual([]);
});

test("failures between answers are no outage", () => {
  const outage = outageOf(minuteMs);
  for (let count = 0; count < 100; count += 1) {
    for (let row = 0; row < 9; row += 1) outage.failed(transientError("It failed."), time.nowMs, false);
    outage.answered();
  }
  expect(outage.isOn).toBe(false);
  expect(logs()).toEqual([]);
});

async function begun(maxMs = 30 * minuteMs): Promise<Outage> {
  const outage = outageOf(maxMs);
  for (let row = 0; row < 10; row += 1) outage.failed(transientError("It failed."), time.nowMs, false);
  expect(outage.isOn).toBe(true);
  return outage;
}

test("a stop ends the waiting, and hands the turn to try to the next one", async () => {
  const outage = await begun();
  const stop = new AbortController();
  const [prober, waiter, other] = [stop.signal, stop.signal, never].map((signal) => outage.enter(signal));
  stop.abort();
  await expect(prober).rejects.toBeInstanceOf(StoppedError);
  await expect(waiter).rejects.toBeInstanceOf(StoppedError);
  const leave = await time.run(other as Promise<(() => void) | undefined>);
  expect(leave).toBeInstanceOf(Function);
});

test("an answer that was long under way ends the outage also for the one that is about to try", async () => {
  const outage = await begun();
  const prober = outage.enter(never);
  const waiter = outage.enter(never);
  const watcher = outage.untilOver(never);
  await Promise.resolve();
  outage.answered();
  expect(await Promise.all([prober, waiter, watcher])).toEqual([undefined, undefined, undefined]);
});

test("who only wants to know that it is over never tries", async () => {
  const outage = await begun();
  const leave = await time.run(outage.enter(never));
  let isOver = false;
  const watchers = [1, 2].map(() =>
    outage.untilOver(never).then(() => {
      isOver = true;
    }),
  );
  outage.failed(transientError("It failed."), time.nowMs, true);
  leave?.();
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  outage.answered();
  await Promise.all(watchers);
  await outage.untilOver(never);
});
