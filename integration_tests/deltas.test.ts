import { readAll } from "@braze-connectors/shared/storage/storage";
import fc from "fast-check";
import { checkAgainstModel, history } from "./deltas-model";
import { DeltaWorld, record, state } from "./deltas-world";
import type { Finished } from "./harness";
import { startBraze, type WorkspaceOptions } from "./sandbox";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();
const worlds: DeltaWorld[] = [];

afterEach(() => {
  for (const { finished, workspace } of worlds.splice(0)) {
    expect(workspace.overlaps).toEqual([]);
    for (const { invalidLines, stderr } of finished) {
      expect(invalidLines).toEqual([]);
      expect(stderr).toBe("");
    }
  }
});

type Kind = "Local" | "S3";

async function newWorld(kind: Kind = "Local", options: WorkspaceOptions = {}): Promise<DeltaWorld> {
  const world = new DeltaWorld(sandbox.braze, await sandbox.storages.create(kind), options);
  worlds.push(world);
  return world;
}

const user = (id: string, attributes: object = {}) => ({ external_id: id, ...attributes });
const users = (number: number, attributes: object = {}) =>
  Array.from({ length: number }, (_, index) => user(`u${index}`, { index, ...attributes }));
const warnings = (finished: Finished | undefined): string[] => finished?.logs("WARN") ?? [];

/** Lines, and then nothing while stdin stays open until it is let go. */
function held(lines: readonly string[]): { input: AsyncGenerator<string>; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  async function* generate(): AsyncGenerator<string> {
    yield lines.join("");
    await gate;
  }
  return { input: generate(), letGo };
}

describe.each<Kind>(["Local", "S3"])("deltas kept in %s storage", (kind) => {
  it("send nothing the second time, and of a changed profile the changed attribute", async () => {
    const world = await newWorld(kind);
    const input = users(200, { city: "Köln", tags: ["a", "b"], nested: { x: 1, y: [2] } });
    expect(await world.sync(input)).toHaveLength(200);
    expect(await world.report()).toMatchObject({
      data_points: { received: 1000, sent: 1000 },
      attributes: { city: { received: 200, sent: 200 } },
    });
    expect(world.workspace.dataPoints).toBe(1000);

    const again = await world.write([...input.map((each) => record(each)), state(2)]);
    expect(world.requests).toHaveLength(3);
    expect(again.states).toMatchObject([{ destinationStats: { recordCount: 200, rejectedRecordCount: 0 } }]);
    expect(await world.report()).toMatchObject({
      status: "complete",
      accepted: 200,
      requests: 0,
      data_points: { received: 1000, sent: 0 },
      streams: { users: { unchanged: 200 } },
    });
    expect(again.logs("INFO")).toContain("Data points: 1000 received, 0 sent to Braze; 1000 (100 %) saved.");

    input[7] = { ...input[7], city: "Bonn" } as (typeof input)[0];
    expect(await world.sync(input)).toEqual([{ external_id: "u7", city: "Bonn" }]);
    expect(world.attributesOf("u7")).toMatchObject({ index: 7, city: "Bonn", tags: ["a", "b"] });
    expect(await world.report()).toMatchObject({ data_points: { received: 1000, sent: 1 } });
    expect(world.workspace.dataPoints).toBe(1001);
    // Three attributes that never changed have a hash each, and nothing that names a person.
    const part = (await world.kept()).find((key) => key.startsWith("index/")) as string;
    const bytes = await world.inStorage((storage) => readAll(storage, `_braze/users/${part}`));
    expect(bytes.toString("latin1")).toContain("city");
    expect(bytes.toString("latin1")).not.toMatch(/Bonn|u7/);
  });

  it("are right after a kill in the middle of a sync", async () => {
    const world = await newWorld(kind, { latencyMs: 5 });
    await world.sync(users(150, { v: 1 }));
    const running = await world.start(held([...users(150, { v: 2 }).map((each) => record(each))]).input);
    while (world.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    running.process.kill("SIGKILL");
    await running.finished;
    // What the killed sync has sent is undone: only a sync that believes nothing of it gets this right.
    await world.sync(users(150, { v: 1 }));
    expect(warnings(world.finished.at(-1)).join()).toMatch(/The last sync ended before it could store/);
    for (let index = 0; index < 150; index++)
      expect(world.attributesOf(`u${index}`)).toEqual({ index, v: 1 });
    expect(await world.sync(users(150, { v: 1 }))).toEqual([]);
  });

  it("give a damaged part of the index up, with a warning", async () => {
    const world = await newWorld(kind);
    await world.sync(users(20));
    const part = (await world.kept()).find((key) => key.endsWith(".bin"));
    const key = `_braze/users/${part}`;
    await world.inStorage(async (storage) => {
      const bytes = await readAll(storage, key);
      bytes[30] = (bytes[30] as number) ^ 1;
      await storage.write(key, bytes);
    });
    const sent = await world.sync(users(20));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(20);
    expect(warnings(world.finished.at(-1))).toEqual([
      expect.stringMatching(`${part}.* can't be used .*checksum.*sent again`),
    ]);
    expect(await world.sync(users(20))).toEqual([]);
  });

  it("belong to one sync at a time", async () => {
    const world = await newWorld(kind);
    const { input, letGo } = held([record(user("1", { a: 1 }))]);
    const first = await world.start(input);
    while (world.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const second = await world.write([record(user("1", { a: 2 }))]);
    expect(second.exitCode).toBe(1);
    expect(second.errors).toMatchObject([
      {
        failure_type: "transient_error",
        message: expect.stringMatching(
          `Another sync is at work on the stream users: process ${first.process.pid} on .+ since 20`,
        ),
      },
    ]);
    letGo();
    expect((await first.finished).exitCode).toBe(0);
    expect(await world.sync([user("1", { a: 1 })])).toEqual([]);
    expect((await world.kept()).some((key) => key.startsWith("lock/"))).toBe(false);
  });

  it("start anew in a new generation that asks for it", async () => {
    const world = await newWorld(kind);
    await world.sync(users(3), { generation: { id: 1, minimum: 0 } });
    expect(await world.sync(users(3), { generation: { id: 2, minimum: 1 } })).toHaveLength(0);
    expect(await world.sync(users(3), { generation: { id: 3, minimum: 3 } })).toHaveLength(3);
    expect(await world.sync(users(3), { generation: { id: 3, minimum: 3 } })).toHaveLength(0);
  });
});

describe("deltas", () => {
  it("send whole profiles in the mode changed_profiles, and all of them in the mode everything", async () => {
    const world = await newWorld();
    const as = (send: string) => ({ config: { send } });
    await world.sync([user("1", { a: 1, b: 1 }), user("2", { a: 1 })], as("everything"));
    const changed = [user("1", { a: 1, b: 2 }), user("2", { a: 1 })];
    expect(await world.sync(changed, as("changed_profiles"))).toEqual([changed[0]]);
    expect(await world.sync(changed, as("everything"))).toEqual(changed);
    expect(await world.sync(changed, as("changed_attributes"))).toEqual([]);
    expect(await world.sync([user("1", { a: 1, b: 3 })])).toEqual([user("1", { b: 3 })]);
  });

  it("are not fooled by key order, the spelling of numbers, and order in arrays", async () => {
    const world = await newWorld();
    await world.write([record(user("1", { o: { a: 1, b: { c: 2, d: 3 } }, n: 1, l: ["x", "y"] }))]);
    await world.write([
      record(user("1")).replace('"1"', '"1","l":["y","x"],"n":1.0e0,"o":{"b":{"d":3.0,"c":2},"a":10e-1}'),
    ]);
    expect(world.requests).toHaveLength(1);
  });

  it("send operations every time, and a null once", async () => {
    const world = await newWorld();
    const config = { null_values: "clear" };
    await world.sync([user("1", { n: 1, gone: "x" })], { config });
    const input = [user("1", { n: { inc: 2 }, gone: null })];
    expect(await world.sync(input, { config })).toEqual(input);
    expect(await world.sync(input, { config })).toEqual([user("1", { n: { inc: 2 } })]);
    expect(world.attributesOf("1")).toEqual({ n: 5 });
    expect(await world.sync([user("1", { n: 5 })], { config })).toEqual([user("1", { n: 5 })]);
  });

  it("send again what was rejected", async () => {
    const world = await newWorld();
    await world.sync(users(10, { v: 1 }));
    const refusal = world.workspace.faults.rejectObject(({ external_id }) =>
      external_id === "u3" ? "not this one" : null,
    );
    const finished = await world.write([...users(10, { v: 2 }).map((each) => record(each)), state(1)]);
    expect(finished.states).toMatchObject([{ destinationStats: { recordCount: 9, rejectedRecordCount: 1 } }]);
    refusal.remove();
    expect(await world.sync(users(10, { v: 2 }))).toEqual([user("u3", { v: 2 })]);
  });

  it("count what a dry run would send, and change nothing", async () => {
    const world = await newWorld();
    await world.sync(users(10, { v: 1 }));
    const kept = await world.kept();
    const input = [...users(10, { v: 1 }), user("u3", { v: 2 }), user("new", { v: 1, w: 1 })];
    for (let twice = 0; twice < 2; twice++) {
      const dry = await world.write([...input.map((each) => record(each)), state(1)], { dryRun: true });
      expect(dry.exitCode).toBe(0);
      expect(dry.states).toEqual([]);
      expect(await world.report()).toMatchObject({
        dry_run: true,
        received: 12,
        objects: 2,
        requests: 1,
        data_points: { received: 23, sent: 3 },
      });
    }
    expect(world.requests).toHaveLength(1);
    expect(await world.kept()).toEqual(kept);
    expect(await world.sync(input)).toHaveLength(2);
  });

  it("need storage", async () => {
    const world = new DeltaWorld(sandbox.braze, { storage_type: "None" });
    worlds.push(world);
    const finished = await world.write([], { config: { send: "changed_attributes" } });
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringContaining('set send to "everything"') },
    ]);
  });

  it("warn of two streams that write the same attributes", async () => {
    const world = await newWorld();
    const columns = ["external_id", "points"];
    const finished = await world.write([], { streams: ["users", "crm"], columns });
    expect(warnings(finished)).toEqual([expect.stringMatching("^users and crm both write points\\.")]);
  });

  it("begin anew with another Braze", async () => {
    const config = await sandbox.storages.create("Local");
    const world = new DeltaWorld(sandbox.braze, config);
    await world.sync(users(3));
    const otherBraze = await startBraze();
    const moved = new DeltaWorld(otherBraze, config);
    expect(await moved.sync(users(3))).toHaveLength(3);
    expect(warnings(moved.finished[0])[0]).toContain(`not to ${otherBraze.url}; everything is sent again`);
    await otherBraze.close();
  });

  it("leave in Braze what a model leaves that applied every record, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (syncs) => {
        await checkAgainstModel(syncs, sandbox.braze, await sandbox.storages.create("Local"));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});
