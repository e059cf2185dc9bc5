/** Several processes that share the work of a sync: everything is sent once, whatever happens to one of them. */
import type { JsonObject } from "@braze-connectors/shared/json";
import { ownedBy } from "@braze-connectors/shared/shard";
import { readAll } from "@braze-connectors/shared/storage/storage";
import { attributesOf, DeltaWorld, record, type SyncOptions, state } from "./deltas-world";
import type { Finished } from "./harness";
import { type SandboxBraze, startBraze } from "./sandbox";
import { Storages } from "./storages";

let braze: SandboxBraze;
let storages: Storages;

beforeAll(async () => {
  braze = await startBraze();
  storages = await Storages.open();
});
afterAll(async () => {
  await Promise.all([braze.close(), storages.close()]);
});

const options: SyncOptions = {
  streams: ["users", "events"],
  columns: ["external_id", "name", "time", "color", "points", "a.b"],
};
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const user = (id: string, data: JsonObject = {}): string =>
  record({ external_id: id, color: "red", ...data });
const event = (id: string): string =>
  record({ external_id: id, name: "seen", time: "2026-05-04T10:00:00Z" }, "events");

class World extends DeltaWorld {
  static async create(kind: "Local" | "S3" = "Local", workspace = {}): Promise<World> {
    return new World(braze, await storages.create(kind), workspace);
  }

  shard(index: number, count: number, more: JsonObject = {}): SyncOptions {
    return { ...options, config: { shard: { index, count }, ...more } };
  }

  /** All shards of a sync at the same time, each with the whole input. */
  async syncs(count: number, input: readonly string[]): Promise<Finished[]> {
    const runs = Array.from({ length: count }, (_, index) =>
      this.write(input, count === 1 ? options : this.shard(index, count)),
    );
    return (await Promise.all(runs)).map(succeeded);
  }

  /** The identifiers of attribute objects that Braze got, in order. */
  sentSince(requests: number): unknown[] {
    return attributesOf(this.requests.slice(requests))
      .map(({ external_id }) => external_id)
      .sort();
  }

  async reportOf(index: number, count: number): Promise<JsonObject> {
    const key = `42/shards/${index}-of-${count}/report.json`;
    return JSON.parse((await this.inStorage((storage) => readAll(storage, key))).toString());
  }

  async keys(): Promise<string[]> {
    return (await this.inStorage((storage) => storage.list(""))).map(({ key }) => key);
  }
}

const succeeded = (finished: Finished): Finished => {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  expect(finished.invalidLines).toEqual([]);
  return finished;
};

interface Statistics {
  recordCount: number;
  rejectedRecordCount: number;
  leftToOtherShardsRecordCount?: number;
}

const statisticsOf = ({ states }: Finished): Statistics[] =>
  states.map((each) => each.destinationStats as unknown as Statistics);

describe.each(["Local", "S3"] as const)("three shards at the same time, with %s storage,", (kind) => {
  it("send every profile and event once; then nothing, whatever their number is", async () => {
    const world = await World.create(kind);
    const all = ids(kind === "S3" ? 60 : 300);
    const profiles = [...all.map((id) => user(id)), state(1), state(1, "events")];
    await world.syncs(3, [...all.map(event), ...profiles]);
    expect(world.sentSince(0)).toEqual([...all].sort());
    expect(world.workspace.events).toHaveLength(all.length);
    expect(world.workspace.overlaps).toEqual([]);

    for (const count of [3, 2, 1, 5]) {
      const before = world.requests.length;
      await world.syncs(count, profiles);
      expect(world.sentSince(before)).toEqual([]);
    }
    const before = world.requests.length;
    await world.syncs(4, [...all.map((id) => user(id, { color: "blue" })), state(1)]);
    expect(world.sentSince(before)).toEqual([...all].sort());
    const left = (await world.keys()).filter((key) => /staged|journal|changed|lock/.test(key));
    // With which records syncs begin is kept for good.
    expect(left.filter((key) => !key.endsWith("/beginnings.bin"))).toEqual([]);
  });
});

test("a number of shards that divides nothing remembers, too, but not from one number to the next", async () => {
  const world = await World.create();
  const all = ids(60);
  const profiles = [...all.map((id) => user(id)), state(1)];
  for (const [count, sent] of [
    [7, all],
    [7, []],
    [2, all],
    [1, []],
    [7, all],
  ] as const) {
    const before = world.requests.length;
    await world.syncs(count, profiles);
    expect(world.sentSince(before)).toEqual([...sent].sort());
  }
});

test("what is wrong is rejected by one shard, and what all say adds up", async () => {
  const world = await World.create();
  const all = ids(50);
  const input = [
    ...all.map((id) => user(id)),
    record({ color: "nobody's" }),
    record({ external_id: "wrong", gender: 7 }),
    record({ external_id: "x" }, "unknown"),
    state(1),
  ];
  const finished = await world.syncs(3, input);
  const rejected = (await world.keys()).filter((key) => key.startsWith("42/rejected/"));
  expect(rejected.map((key) => key.split("/")[2]).sort()).toEqual(
    expect.arrayContaining(["unknown", "users"]),
  );
  const statistics = finished.map((each) => statisticsOf(each)[0] as Statistics);
  for (const { recordCount, rejectedRecordCount, leftToOtherShardsRecordCount = 0 } of statistics)
    expect(recordCount + rejectedRecordCount + leftToOtherShardsRecordCount).toBe(52);
  const sum = (key: keyof Statistics): number =>
    statistics.reduce((total, each) => total + (each[key] ?? 0), 0);
  expect([sum("recordCount"), sum("rejectedRecordCount")]).toEqual([50, 2]);

  const reports = await Promise.all([0, 1, 2].map((index) => world.reportOf(index, 3)));
  const total = (key: string): number => reports.reduce((total, each) => total + Number(each[key]), 0);
  expect([total("accepted"), total("rejected"), total("received")]).toEqual([50, 3, 159]);
  for (const each of reports) {
    const { received, accepted, rejected, left_to_other_shards: left } = each;
    expect(Number(accepted) + Number(rejected) + Number(left)).toBe(received);
  }
  // What is left to others costs nothing.
  const points = reports.map(({ data_points }) => (data_points as { received: number }).received);
  expect(points.reduce((one, other) => one + other)).toBe(50);
  expect(finished[0]?.logs("INFO").join("\n")).toMatch(
    /users: 52 received, \d+ accepted, \d+ rejected.*, \d+ left to other shards\./,
  );
  expect(finished[0]?.logs("INFO")).toContain(
    "This is shard 0 of 3: it handles its share of the identities, with its share of the limits, and leaves the others to the other shards.",
  );
});

test("a shard that is killed in the middle loses nothing, and keeps the others from nothing", async () => {
  const world = await World.create();
  const all = ids(400);
  const input = [...all.flatMap((id) => [user(id, { points: { inc: 1 } }), event(id)])];
  const ends = [state(1), state(1, "events")];
  const owns = ownedBy({ index: 1, count: 3 });
  const isVictims = ({ external_id: id }: JsonObject): boolean => owns(`external_id:${String(id)}`);
  const fault = world.workspace.faults.add({
    kind: "status",
    status: 503,
    times: Infinity,
    path: "/users/track",
    when: ({ body }) => [...((body?.attributes ?? []) as JsonObject[])].some(isVictims),
  });
  async function* endless(): AsyncGenerator<string> {
    yield input.join("");
    await new Promise(() => undefined);
  }
  const victim = await world.start(endless(), world.shard(1, 3));
  const others = Promise.all([0, 2].map((index) => world.write([...input, ...ends], world.shard(index, 3))));
  const staged = async (): Promise<boolean> =>
    (await world.keys()).some((key) => key.includes("shards/1-of-3/staged/"));
  while (!(await staged())) await new Promise((resolve) => setTimeout(resolve, 20));
  victim.process.kill("SIGKILL");
  await victim.finished;
  for (const finished of await others) succeeded(finished);
  fault.remove();

  // Who divides anew before that is settled is told so; who has nothing to do with it is not.
  const refused = await world.write([...input, ...ends], world.shard(0, 2));
  expect(refused.errors[0]).toMatchObject({ failure_type: "config_error" });
  expect(refused.errors[0]?.message).toContain(
    'A sync of shard 1 of 3 ended before it had settled all of the stream users: run it once more with "shard" {"index":1,"count":3}',
  );

  succeeded(await world.write([...input, ...ends], world.shard(1, 3)));
  const lacking = all.filter((id) => world.attributesOf(id)?.points !== 1);
  expect(lacking).toEqual([]);
  expect(world.workspace.events).toHaveLength(400);
  const before = world.requests.length;
  await world.syncs(2, [...all.map((id) => user(id)), state(1)]);
  expect(world.sentSince(before)).toEqual([]);
});

test("the same shard twice at a time, or one that overlaps, is refused", async () => {
  const world = await World.create();
  async function* silent(): AsyncGenerator<string> {
    yield user("u1");
    await new Promise(() => undefined);
  }
  const running = await world.start(silent(), world.shard(1, 2));
  const isLocked = async (): Promise<boolean> => (await world.keys()).some((key) => key.includes("/lock/"));
  while (!(await isLocked())) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const other of [world.shard(1, 2), world.shard(3, 4), options]) {
    const finished = await world.write([state(1)], other);
    expect(finished.errors[0]).toMatchObject({ failure_type: "transient_error" });
    expect(finished.errors[0]?.message).toMatch(/is at work on the stream users \(shard 1 of 2\)/);
  }
  succeeded(await world.write([state(1)], world.shard(2, 4)));
  running.process.kill("SIGTERM");
  await running.finished;
});

test("shards keep to the workspace's limit together", async () => {
  const world = await World.create("Local", { limits: { trackRequestsPer3Seconds: 30 } });
  const all = ids(240);
  const limits = { requests_per_3_seconds: 30, objects_per_request: 4 };
  const runs = await Promise.all(
    [0, 1, 2].map((index) =>
      world.write([...all.map((id) => user(id)), state(1)], world.shard(index, 3, { limits })),
    ),
  );
  for (const finished of runs) succeeded(finished);
  expect(world.workspace.stats.byStatus?.[429] ?? 0).toBe(0);
  expect(world.sentSince(0)).toEqual([...all].sort());
});

test.each([
  [{ shard: { index: 2, count: 2 } }, /"shard" has the index 2 and the count 2/],
  [{ shard: { index: 0, count: 2 }, removed_profiles: "delete_user" }, /"removed_profiles" does not go/],
  [{ shard: { index: -1, count: 2 } }, /The config is not right: /],
])("%j is refused before anything is sent", async (config, sentence) => {
  const world = await World.create();
  const finished = await world.write([user("u1"), state(1)], { ...options, config });
  expect(finished.exitCode).toBe(1);
  expect(finished.errors[0]?.failure_type).toBe("config_error");
  expect(finished.errors[0]?.message).toMatch(sentence);
  expect(world.requests).toEqual([]);
});
