/** source-braze when the bucket fails, from its executable's point of view. */
import { type FaultProxy, startFaultProxy, type Workspace } from "./sandbox";
import { addSegment, brazeIds, expectClean, exportsOf, idsOfUsers, SourceWorld } from "./source-world";

let world: SourceWorld;
let proxy: FaultProxy;
beforeAll(async () => {
  world = await SourceWorld.start();
  proxy = await startFaultProxy(world.s3.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});
afterEach(async () => {
  world.s3.faults.clear();
  proxy.faults.clear();
  expect(await world.leftovers()).toEqual([]);
});

const always = Number.POSITIVE_INFINITY;
const exportFile = /\/segment-export\/.*\.gz$/;

/** A workspace with an export of 4 files, read through the proxy. */
function open(): { workspace: Workspace; config: ReturnType<SourceWorld["storageConfig"]> } {
  const workspace = world.withStorage({ usersPerFile: 10 });
  const object_storage_config = world.storage({ s3_endpoint: proxy.url });
  const config = world.storageConfig(workspace, [addSegment(workspace, 40)], { object_storage_config });
  return { workspace, config };
}

async function expectRest(
  { workspace, config }: ReturnType<typeof open>,
  before: Awaited<ReturnType<SourceWorld["read"]>>,
): Promise<void> {
  world.s3.faults.clear();
  proxy.faults.clear();
  const next = await world.read(config, { state: before.stateFile });
  expect(next.errors).toEqual([]);
  const ids = [...brazeIds(before.records()), ...brazeIds(next.records())];
  expect(ids.sort()).toEqual(idsOfUsers(0, 40));
  expect(exportsOf(workspace)).toBe(1);
}

describe("a passing fault costs time, not data:", () => {
  test("503 SlowDown, of listings and of files", async () => {
    const { config } = open();
    const faults = (["ListObjectsV2", "GetObject"] as const).map((action) =>
      world.s3.faults.add({ kind: "error", code: "SlowDown", action, times: 2 }),
    );
    const finished = await world.read(config);
    expect(finished.errors).toEqual([]);
    expect(brazeIds(finished.records()).sort()).toEqual(idsOfUsers(0, 40));
    expect(faults.map(({ hits }) => hits)).toEqual([2, 2]);
  });

  test.each([
    ["a connection that is reset halfway through a file", { kind: "half_response", reset: true }],
    ["a connection that is closed halfway through a file", { kind: "half_response" }],
    ["a file that comes slowly", { kind: "drip", pieceBytes: 500, pauseMs: 5 }],
    ["a connection that is reset before the answer", { kind: "drop_after", reset: true }],
  ] as const)("%s", async (_, fault) => {
    const { config } = open();
    const added = proxy.add({ ...fault, path: exportFile, skip: 1 });
    const finished = await world.read(config);
    expect(finished.errors).toEqual([]);
    expect(added.hits).toBe(1);
    expect(brazeIds(finished.records()).sort()).toEqual(idsOfUsers(0, 40));
    if (fault.kind === "half_response") {
      expect(finished.logs("WARN").join("\n")).toMatch(/broke off/);
    }
  });
});

test("a file that breaks off every time is a transient_error; the next sync goes on", async () => {
  const opened = open();
  proxy.add({ kind: "half_response", reset: true, path: exportFile, skip: 2, times: always });
  const finished = await world.read(opened.config);
  expectClean(finished, opened.config);
  expect(finished.errors).toMatchObject([{ failure_type: "transient_error" }]);
  expect(finished.statuses("segment_users").at(-1)).toBe("INCOMPLETE");
  expect(finished.records()).toHaveLength(20);
  await expectRest(opened, finished);
});

describe("a permission that is lost in the middle is a config_error, and the next sync goes on:", () => {
  test.each([
    [
      "to read",
      { action: "GetObject", code: "AccessDenied", skip: 2 },
      /may not read .* "exports".*s3:GetObject/,
    ],
    [
      "to list",
      { action: "ListObjectsV2", code: "AccessDenied", skip: 3 },
      /may not list .* "exports".*s3:ListBucket/,
    ],
    [
      "of a token that expired",
      { action: "GetObject", code: "ExpiredToken", status: 400, skip: 1 },
      /ExpiredToken/,
    ],
  ] as const)("%s", async (_, fault, message) => {
    const opened = open();
    world.s3.faults.add({ kind: "error", times: always, ...fault });
    const finished = await world.read(opened.config);
    expectClean(finished, opened.config);
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringMatching(message) },
    ]);
    expect(finished.statuses("segment_users").at(-1)).toBe("INCOMPLETE");
    await expectRest(opened, finished);
  });
});

test("a file that is deleted while others are read is a transient_error; the next sync exports anew", async () => {
  const { workspace, config } = open();
  world.s3.faults.add({ kind: "error", action: "GetObject", code: "NoSuchKey", skip: 2 });
  const finished = await world.read(config);
  expect(finished.errors).toMatchObject([
    { failure_type: "transient_error", message: expect.stringContaining("are gone from s3://exports") },
  ]);
  expect(finished.records()).toHaveLength(20);
  const next = await world.read(config, { state: finished.stateFile });
  expect(brazeIds(next.records()).sort()).toEqual(idsOfUsers(0, 40));
  expect(exportsOf(workspace)).toBe(2);
});
