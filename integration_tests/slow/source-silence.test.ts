/** source-braze and peers that fall silent, with the patience that it really has: a minute each. */
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
