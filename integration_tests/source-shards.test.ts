/** Several processes of source-braze that share an export. */
import type { AirbyteMessage, ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { type Finished, run, start } from "./harness";
import { awkwardUser } from "./sandbox";
import {
  addSegment,
  brazeIds,
  catalogOf,
  expectClean,
  exportsOf,
  idsOfUsers,
  SourceWorld,
} from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());

const shard = (config: BrazeSourceConfig, index: number, count: number): BrazeSourceConfig => ({
  ...config,
  shard: { index, count },
});

/** All shards of a sync at the same time. @param states of the shards, by index */
async function readShards(
  config: BrazeSourceConfig,
  count: number,
  states: readonly object[] = [],
): Promise<Finished[]> {
  const runs = Array.from({ length: count }, (_, index) =>
    world.read(shard(config, index, count), states[index] ? { state: states[index] } : {}),
  );
  return Promise.all(runs);
}

function succeeded(finished: readonly Finished[], config: BrazeSourceConfig): void {
  for (const each of finished) {
    expect(each.errors).toEqual([]);
    expect(each.exitCode).toBe(0);
    expect(each.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: true });
    expectClean(each, config);
  }
}

const idsIn = (finished: readonly Finished[]): unknown[] =>
  finished.flatMap((each) => brazeIds(each.records())).sort();
const isState = (message: AirbyteMessage): boolean => message.type === "STATE";
const filesIn = ({ state }: AirbyteMessage): number => {
  const segments = Object.values(
    (state?.stream?.stream_state?.segments ?? {}) as Record<string, { files?: [] }>,
  );
  return segments[0]?.files?.length ?? 0;
};

test("every user comes once over all shards, from one export; and again in the next sync", async () => {
  const workspace = world.withStorage({ usersPerFile: 5 });
  const config = world.storageConfig(workspace, [addSegment(workspace, 100)]);
  const first = await readShards(config, 2);
  succeeded(first, config);
  expect(idsIn(first)).toEqual(idsOfUsers(0, 100));
  expect(exportsOf(workspace)).toBe(1);
  for (const each of first) expect(each.records().length).toBeGreaterThan(0);
  const [one, other] = first.map((each) => each.records()[0]?.data.exported_at);
  expect(one).toBe(other);

  // At once, with states and without: an export that was read is not taken for the new one.
  const second = await readShards(
    config,
    2,
    first.map(({ stateFile }) => stateFile),
  );
  succeeded(second, config);
  expect(idsIn(second)).toEqual(idsOfUsers(0, 100));
  const third = await readShards(config, 3);
  succeeded(third, config);
  expect(idsIn(third)).toEqual(idsOfUsers(0, 100));
  expect(exportsOf(workspace)).toBe(3);
});

test("several segments, one of them empty, one after the other", async () => {
  const workspace = world.withStorage({ usersPerFile: 5 });
  const segments = [
    addSegment(workspace, 40, "First"),
    addSegment(workspace, 0, "Nobody"),
    addSegment(workspace, 40, "Second", 40),
  ];
  const config = world.storageConfig(workspace, segments);
  const finished = await readShards(config, 3);
  succeeded(finished, config);
  expect(idsIn(finished)).toEqual(idsOfUsers(0, 80));
  expect(exportsOf(workspace)).toBe(3);
});

test("a shard that is killed in the middle goes on alone, from its state, with the same export", async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const workspace = world.withStorage({
    usersPerFile: 4,
    beforeFile: (index) => (index === 12 ? gate : undefined),
  });
  const config = world.storageConfig(workspace, [addSegment(workspace, 100)]);
  const other = world.read(shard(config, 0, 2));
  const running = await start("source-braze", "read", world.readOptions(shard(config, 1, 2)));
  await running.until((message) => isState(message) && filesIn(message) > 0);
  running.process.kill("SIGKILL");
  const killed = await running.finished;
  open();
  const first = await other;
  succeeded([first], config);
  // What a killed process can't clean up is left to the machine.
  await world.removeLeftovers();

  const next = await world.read(shard(config, 1, 2), { state: killed.stateFile });
  succeeded([next], config);
  const all = [...idsIn([first]), ...new Set(idsIn([killed, next]))].sort();
  expect(all).toEqual(idsOfUsers(0, 100));
  expect(exportsOf(workspace)).toBe(1);
});

test("shard 0 stopped before it could tell the others: in the next sync it does", async () => {
  const workspace = world.withStorage({ usersPerFile: 5 });
  const config = world.storageConfig(workspace, [addSegment(workspace, 60)]);
  world.s3.faults.add({ kind: "error", action: "PutObject", code: "AccessDenied", status: 403 });
  const failed = await world.read(shard(config, 0, 2));
  expect(failed.errors[0]).toMatchObject({ failure_type: "config_error" });
  const next = await readShards(config, 2, [failed.stateFile]);
  succeeded(next, config);
  expect(idsIn(next)).toEqual(idsOfUsers(0, 60));
  expect(exportsOf(workspace)).toBe(1);
});

test("without shard 0 the others end with a sentence that says so", async () => {
  const workspace = world.withStorage();
  const segment_export = { poll_interval_seconds: 0.05, timeout_minutes: 0.01 };
  const config = world.storageConfig(workspace, [addSegment(workspace, 5)], { segment_export });
  const finished = await world.read(shard(config, 1, 2));
  expect(finished.exitCode).toBe(1);
  expect(finished.errors[0]).toMatchObject({ failure_type: "transient_error" });
  expect(finished.errors[0]?.message).toMatch(
    /^Shard 0 of 2 did not say within 0.6 s which export of segment "VIPs" \(.*\) is read: start all shards/,
  );
  expect(finished.statuses("segment_users")).toEqual(["STARTED", "INCOMPLETE"]);
  expect(exportsOf(workspace)).toBe(0);
});

test("the control group is shared, too; everything else is read by shard 0", async () => {
  const workspace = world.withStorage({ usersPerFile: 2 });
  const segment = addSegment(workspace, 10);
  workspace.createControlGroup({ generate: (index) => awkwardUser(100 + index), size: 20 });
  const streamOf = (name: string): ConfiguredAirbyteCatalog["streams"][number] => ({
    stream: { name, json_schema: { type: "object", properties: {} }, supported_sync_modes: ["full_refresh"] },
    sync_mode: "full_refresh",
    destination_sync_mode: "overwrite",
    sync_id: 7,
  });
  const catalog = { streams: ["segments", "global_control_group_users"].map(streamOf) };
  const config = world.storageConfig(workspace, [segment]);
  const [first, second] = await Promise.all(
    [0, 1].map((index) => run("source-braze", "read", { config: shard(config, index, 2), catalog })),
  );
  for (const each of [first, second]) {
    expect(each?.errors).toEqual([]);
    expect(each?.statuses("segments").at(-1)).toBe("COMPLETE");
  }
  expect(first?.records("segments")).toHaveLength(1);
  expect(second?.records("segments")).toEqual([]);
  expect(second?.logs("INFO")).toContain("segments: read by shard 0.");
  const members = [first, second].flatMap((each) =>
    brazeIds(each?.records("global_control_group_users") ?? []),
  );
  expect(members).toHaveLength(20);
  expect(new Set(members).size).toBe(20);
});

describe("what shards can't do is a config_error", () => {
  const refused = (finished: Finished, sentence: RegExp): void => {
    expect(finished.exitCode).not.toBe(0);
    expect(finished.errors[0]?.failure_type).toBe("config_error");
    expect(finished.errors[0]?.message).toMatch(sentence);
    expect(finished.records()).toEqual([]);
  };

  test("without a bucket, also in check", async () => {
    const workspace = world.withLink();
    const config = shard(world.linkConfig(workspace, [addSegment(workspace, 5)]), 0, 2);
    const sentence = /with "shard", set "object_storage_config" to the S3 bucket that is connected to Braze/;
    refused(await world.read(config), sentence);
    const { check } = await run("source-braze", "check", { config });
    expect(check).toMatchObject({ status: "FAILED", message: expect.stringMatching(sentence) });
  });

  test("when Braze delivers by download link all the same", async () => {
    const workspace = world.withLink();
    const config = shard(world.storageConfig(workspace, [addSegment(workspace, 5)]), 0, 2);
    const finished = await world.read(config);
    refused(finished, /by download link, which shards can't share: connect the S3 bucket/);
    expectClean(finished, config);
  });

  test("incrementally", async () => {
    const workspace = world.withStorage();
    const config = shard(world.storageConfig(workspace, [addSegment(workspace, 5)]), 0, 2);
    refused(await world.read(config, { incremental: true }), /For incremental, leave "shard" out/);
    const { catalog } = await run("source-braze", "discover", { config });
    const offered = catalog.streams.find(({ name }) => name === "segment_users");
    expect(offered?.supported_sync_modes).toEqual(["full_refresh"]);
    const { check } = await run("source-braze", "check", { config });
    expect(check.status).toBe("SUCCEEDED");
  });

  test("as a shard that does not exist", async () => {
    const workspace = world.withStorage();
    const config = shard(world.storageConfig(workspace, [addSegment(workspace, 5)]), 2, 2);
    refused(await world.read(config), /"shard" has the index 2 and the count 2/);
  });
});

test("a name of the sync in the catalog binds the shards together, however late one starts", async () => {
  const workspace = world.withStorage({ usersPerFile: 5 });
  const config = world.storageConfig(workspace, [addSegment(workspace, 30)]);
  const named = (sync_id: number): ConfiguredAirbyteCatalog => ({
    streams: catalogOf().streams.map((stream) => ({ ...stream, sync_id })),
  });
  const read = (index: number, sync: number): Promise<Finished> =>
    run("source-braze", "read", { config: shard(config, index, 2), catalog: named(sync) });
  const earlier = await read(0, 1);
  const [first, second] = await Promise.all([read(0, 2), read(1, 2)]);
  succeeded([earlier, first, second] as Finished[], config);
  expect(idsIn([first, second] as Finished[])).toEqual(idsOfUsers(0, 30));
  const exportedAt = [first, second].map((each) => each?.records()[0]?.data.exported_at);
  expect(exportedAt[0]).toBe(exportedAt[1]);
  expect(exportedAt[0]).not.toBe(earlier.records()[0]?.data.exported_at);
});
