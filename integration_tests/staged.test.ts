/** What is on its way to Braze lies in the storage until it is settled; a later run settles what one left. */

import { gunzipSync } from "node:zlib";
import type { JsonObject } from "@braze-connectors/shared/json";
import { readAll } from "@braze-connectors/shared/storage/storage";
import { decodePart } from "../destination-braze/staging/part-file";
import { DeltaWorld, record, type SyncOptions, state } from "./deltas-world";
import type { Finished, Running } from "./harness";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();

const options: SyncOptions = {
  streams: ["users", "events"],
  columns: ["external_id", "name", "time", "properties", "points", "color"],
};
const user = (number: number, data: JsonObject = {}): string =>
  record({ external_id: `u${number}`, color: "red", ...data });
const event = (number: number): string =>
  record(
    { external_id: `u${number}`, name: "seen", time: "2026-05-04T10:00:00Z", properties: { number } },
    "events",
  );
const lines = [user(1, { points: { inc: 5 } }), user(2), event(1), event(2)];

class World extends DeltaWorld {
  static async create(kind: "Local" | "S3" = "Local"): Promise<World> {
    return new World(sandbox.braze, await sandbox.storages.create(kind));
  }

  /** Keys of staged parts. */
  async staged(): Promise<string[]> {
    const keys = await this.inStorage((storage) => storage.list("_braze/"));
    return keys.map(({ key }) => key).filter((key) => key.includes("/staged/"));
  }

  async stagedObjects(): Promise<number> {
    const keys = await this.staged();
    const parts = await this.inStorage((storage) =>
      Promise.all(keys.map(async (key) => decodePart(await readAll(storage, key)))),
    );
    return parts.reduce((sum, { objects }) => sum + objects.length, 0);
  }

  /** A run that Braze takes nothing of, as far as to have staged so many objects. */
  async blocked(input: readonly string[], objects: number): Promise<{ running: Running; open(): void }> {
    const fault = this.workspace.faults.add({
      kind: "status",
      status: 503,
      times: Infinity,
      path: "/users/track",
    });
    async function* silent(): AsyncGenerator<string> {
      yield input.join("");
      await new Promise(() => undefined);
    }
    const running = await this.start(silent(), options);
    while ((await this.stagedObjects()) < objects) await new Promise((resolve) => setTimeout(resolve, 20));
    return { running, open: () => fault.remove() };
  }

  /** Leaves objects on their way. */
  async leave(input: readonly string[] = lines, objects = 4): Promise<void> {
    const { running, open } = await this.blocked(input, objects);
    running.process.kill("SIGKILL");
    await running.finished;
    open();
    expect(this.workspace.accepted).toEqual({ attributes: 0, events: 0, purchases: 0 });
  }

  async rejected(): Promise<{ record: JsonObject; reasons: JsonObject[] }[]> {
    return this.inStorage(async (storage) => {
      const keys = (await storage.list("42/rejected/")).map(({ key }) => key);
      const texts = await Promise.all(
        keys.map(async (key) => gunzipSync(await readAll(storage, key)).toString()),
      );
      return texts.flatMap((text) =>
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
    });
  }
}

const succeeded = (finished: Finished): Finished => {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  return finished;
};

describe.each(["Local", "S3"] as const)("while Braze takes nothing, with %s storage,", (kind) => {
  it("what is to be sent lies in the storage; when it has it, nothing does", async () => {
    const world = await World.create(kind);
    const { running, open } = await world.blocked(lines, 4);
    open();
    await until(() => world.workspace.accepted.events === 2 && world.workspace.accepted.attributes === 2);
    while ((await world.staged()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.errors).toEqual([]);
  });
});

describe("what a run left on its way", () => {
  it("is delivered first by the next, and recognised when the host sends it again", async () => {
    const world = await World.create();
    await world.leave();
    const finished = succeeded(await world.write([...lines, state(1), state(1, "events")], options));
    expect(world.workspace.accepted.events).toBe(2);
    expect(world.attributesOf("u1")).toEqual({ color: "red", points: 5 });
    expect(finished.logs("INFO").filter((line) => line.includes("earlier run"))).toEqual([
      "An earlier run left 4 objects on their way to Braze; they are delivered first.",
      "users: of what an earlier run had left on its way, 2 objects were delivered and 0 rejected.",
      "events: of what an earlier run had left on its way, 2 objects were delivered and 0 rejected.",
    ]);
    expect(finished.logs("INFO").join()).toContain("events: 2 records were recognised");
    expect(await world.staged()).toEqual([]);
  });

  it("is delivered also after a stop, which ends in time although Braze takes nothing", async () => {
    const world = await World.create();
    const { running, open } = await world.blocked(lines, 4);
    const startedAtMs = Date.now();
    running.process.kill("SIGTERM");
    expect((await running.finished).signal).toBe("SIGTERM");
    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
    open();
    expect(await world.stagedObjects()).toBe(4);
    succeeded(await world.write([], options));
    expect(world.workspace.accepted).toEqual({ attributes: 2, events: 2, purchases: 0 });
    expect(await world.staged()).toEqual([]);
  });

  it("comes before what is newer", async () => {
    const world = await World.create();
    await world.leave([user(1)], 1);
    succeeded(await world.write([user(1, { color: "blue" }), state(1)], options));
    expect(world.attributesOf("u1")).toEqual({ color: "blue" });
    // And the index knows what Braze has: red is a change, blue is none.
    expect(await world.sync([{ external_id: "u1", color: "blue" }], options)).toEqual([]);
    expect(await world.sync([{ external_id: "u1", color: "red" }], options)).toHaveLength(1);
  });

  it("does not count any more when a new generation begins", async () => {
    const world = await World.create();
    await world.leave();
    succeeded(await world.write([], { ...options, generation: { id: 2, minimum: 2 } }));
    expect(world.workspace.accepted).toEqual({ attributes: 0, events: 0, purchases: 0 });
    expect(await world.staged()).toEqual([]);
    expect((await world.kept()).filter((key) => key.startsWith("journal/"))).toEqual([]);
  });

  it("does not count for another Braze", async () => {
    const world = await World.create();
    await world.leave();
    const other = sandbox.braze.url.replace("127.0.0.1", "localhost");
    succeeded(await world.write([], { ...options, config: { url: other } }));
    expect(world.workspace.accepted).toEqual({ attributes: 0, events: 0, purchases: 0 });
    expect(await world.staged()).toEqual([]);
  });

  it("stays where it is when its stream is not in the catalog", async () => {
    const world = await World.create();
    await world.leave();
    succeeded(await world.write([], { ...options, streams: ["events"] }));
    expect(world.workspace.accepted).toEqual({ attributes: 0, events: 2, purchases: 0 });
    expect(await world.staged()).toEqual([expect.stringMatching(/^_braze\/users\/staged\//)]);
    succeeded(await world.write([], options));
    expect(world.workspace.accepted.attributes).toBe(2);
  });

  it("is rejected with its reason when Braze refuses it", async () => {
    const world = await World.create();
    await world.leave();
    world.workspace.faults.rejectObject(({ name, external_id }) =>
      name && external_id === "u2" ? "no" : null,
    );
    const finished = succeeded(await world.write([], options));
    expect(await world.rejected()).toMatchObject([
      {
        stream: "events",
        record: { properties: { number: 2 } },
        reasons: [{ code: "refused_by_braze", message: "no" }],
      },
    ]);
    expect(finished.logs("WARN").join()).toContain("1 objects were delivered and 1 rejected");
    expect(await world.staged()).toEqual([]);
  });

  it("is not touched by a dry run, which stages nothing itself", async () => {
    const world = await World.create();
    await world.leave();
    const before = await world.staged();
    succeeded(await world.write([user(9)], { ...options, dryRun: true }));
    expect(await world.staged()).toEqual(before);
    expect(world.workspace.accepted.attributes).toBe(0);
  });

  it("is used as far as it can be read", async () => {
    const world = await World.create();
    await world.leave();
    await world.inStorage(async (storage) => {
      for (const { key } of await storage.list("_braze/users/staged/")) {
        await storage.write(key, (await readAll(storage, key)).subarray(0, 12));
      }
    });
    const finished = succeeded(await world.write([], options));
    expect(finished.logs("WARN").filter((line) => line.includes("is damaged"))).toHaveLength(1);
    expect(world.workspace.accepted).toEqual({ attributes: 0, events: 2, purchases: 0 });
    expect(await world.staged()).toEqual([]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
