/** source-braze and peers that fall silent, with the patience that it really has: a minute each. */
import { start } from "../harness";
import { cpuSecondsOf } from "../process-usage";
import { type FaultProxy, startFaultProxy } from "../sandbox";
import { addSegment, brazeIds, idsOfUsers, SourceWorld } from "../source-world";

const timeoutMs = 4 * 60_000;
const delayMs = 3_600_000;

let world: SourceWorld;
let braze: FaultProxy;
let s3: FaultProxy;
beforeEach(async () => {
  world = await SourceWorld.start();
  braze = await startFaultProxy(world.braze.url);
  s3 = await startFaultProxy(world.s3.endpoint);
});
afterEach(async () => {
  await Promise.all([braze.close(), s3.close()]);
  await world.close();
});

function open() {
  const workspace = world.withStorage({ usersPerFile: 10 });
  return world.storageConfig(workspace, [addSegment(workspace, 30)], {
    url: braze.url,
    object_storage_config: world.storage({ s3_endpoint: s3.url }),
    segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.3, timeout_minutes: 10 },
  });
}

test(
  "who falls silent is asked again, and nothing is lost",
  async () => {
    const config = open();
    const faults = [
      braze.add({ kind: "delay", delayMs, path: "/segments/details" }),
      s3.add({ kind: "stall", afterBytes: 200, path: /\.gz$/, skip: 1 }),
    ];
    const finished = await world.read(config);
    expect(finished.errors).toEqual([]);
    expect(faults.map(({ hits }) => hits)).toEqual([1, 1]);
    expect(brazeIds(finished.records()).sort()).toEqual(idsOfUsers(0, 30));
    const warnings = finished.logs("WARN").join("\n");
    expect(warnings).toMatch(/trying again in/);
    expect(warnings).toMatch(/broke off .*stopped coming/);
  },
  timeoutMs,
);

test(
  "an S3 that says SlowDown without end is a transient_error, and the next sync goes on",
  async () => {
    const config = open();
    const slowDown = world.s3.faults.add({
      kind: "error",
      code: "SlowDown",
      action: "GetObject",
      skip: 1,
      times: Number.POSITIVE_INFINITY,
    });
    const finished = await world.read(config);
    expect(finished.errors).toMatchObject([
      {
        failure_type: "transient_error",
        message: expect.stringMatching(/read in the bucket "exports" \(SlowDown\)/),
      },
    ]);
    slowDown.remove();
    const next = await world.read(config, { state: finished.stateFile });
    const ids = [...brazeIds(finished.records()), ...brazeIds(next.records())];
    expect(ids.sort()).toEqual(idsOfUsers(0, 30));
  },
  timeoutMs,
);

test(
  "a host that does not read what it asked for does not keep a stopped process alive",
  async () => {
    const workspace = world.withStorage({ usersPerFile: 5000 });
    const config = world.storageConfig(workspace, [addSegment(workspace, 5000)]);
    const running = await start("source-braze", "read", world.readOptions(config));
    await running.until(({ type }) => type === "RECORD");
    running.process.stdout.pause();
    await untilIdle(running.process.pid);
    const stoppedAtMs = performance.now();
    running.process.kill("SIGTERM");
    await new Promise((resolve) => running.process.once("exit", resolve));
    expect(performance.now() - stoppedAtMs).toBeLessThan(12_000);
    running.process.stdout.resume();
    const stopped = await running.finished;
    expect(stopped.signal).toBe("SIGTERM");
    await world.removeLeftovers();

    const next = await world.read(config, { state: stopped.stateFile });
    expect(next.errors).toEqual([]);
    expect(next.records()).toHaveLength(5000);
    expect(workspace.exports).toHaveLength(1);
  },
  timeoutMs,
);

/** Waits until a process has nothing to do: it waits for us. Linux only. */
async function untilIdle(pid: number | undefined): Promise<void> {
  for (let last: number | undefined; ; ) {
    const now = await cpuSecondsOf(pid);
    if (now === undefined || now === last) return;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
