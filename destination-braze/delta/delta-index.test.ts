import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { profileMemory } from "../testing/updates";
import { DeltaIndex } from "./delta-index";
import { partitions } from "./partition";

const folder = "_braze/users/index/";
/** Users named by a number live in the part of that number. */
const partitionOf = (identity: string): number => Number(identity.split(":")[1]) % partitions;

class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();

  async open(options: { fresh?: boolean; readOnly?: boolean } = {}): Promise<Sync> {
    const { log } = this.output.output;
    const index = new DeltaIndex(this.storage, folder, partitionOf, log, options.readOnly);
    await index.open(options.fresh ?? false);
    return new Sync(index);
  }

  /** One whole sync. @returns what was sent of each user, undefined for nothing */
  async sync(users: Record<number, JsonObject>): Promise<(JsonObject | undefined)[]> {
    const sync = await this.open();
    const sent = [];
    for (const [user, attributes] of Object.entries(users))
      sent.push(await sync.send(Number(user), attributes));
    await sync.index.store();
    return sent;
  }

  get warnings(): string[] {
    return this.output.messages().flatMap(({ log }) => (log?.level === "WARN" ? [log.message] : []));
  }
}

class Sync {
  constructor(readonly index: DeltaIndex) {}

  async delta(user: number, attributes: JsonObject) {
    const identity = `external_id:${user}`;
    await this.index.prepare(identity);
    return this.index.delta(identity, profileMemory, attributes, "changed_attributes");
  }

  /** Sends to a Braze that accepts everything. */
  async send(user: number, attributes: JsonObject): Promise<JsonObject | undefined> {
    const delta = await this.delta(user, attributes);
    if (delta.kind === "unchanged") return undefined;
    await this.index.announce([{ identity: `external_id:${user}` }]);
    this.index.remember(`external_id:${user}`, delta.change);
    return delta.body;
  }
}

describe("DeltaIndex", () => {
  it("remembers from one sync to the next", async () => {
    const world = new World();
    expect(await world.sync({ 1: { a: 1, b: 1 }, 2: { a: 1 } })).toEqual([{ a: 1, b: 1 }, { a: 1 }]);
    expect(await world.sync({ 1: { a: 1, b: 2 }, 2: { a: 1 }, 3: {} })).toEqual([{ b: 2 }, undefined, {}]);
    expect(await world.sync({ 1: { a: 1, b: 2 }, 2: { a: 1 }, 3: {} })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("reads only parts that are there and needed, each once", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1 }, 2: { a: 1 } });
    world.storage.takeDone();
    const sync = await world.open();
    expect(world.storage.takeDone()).toEqual([]);
    await sync.delta(1, {});
    await sync.delta(1 + partitions, {});
    expect(sync.index.prepare("external_id:1")).toBeUndefined();
    expect(sync.index.prepare("external_id:7")).toBeUndefined();
    expect(world.storage.takeDone()).toEqual([`read ${folder}001.bin`]);
  });

  it("reads further parts meanwhile, the more the more were needed", async () => {
    const world = new World();
    await world.sync(Object.fromEntries(Array.from({ length: 100 }, (_, user) => [user, { a: 1 }])));
    world.storage.takeDone();
    const sync = await world.open();
    let waits = 0;
    for (let user = 99; user >= 0; user--) {
      const loading = sync.index.prepare(`external_id:${user}`);
      if (loading) waits += 1;
      await loading;
    }
    expect(waits).toBeLessThan(60);
    expect(new Set(world.storage.done).size).toBe(100);
    expect(world.storage.done).toHaveLength(100);
  });

  it("says who needs a part that it could not be read, also when it was read ahead", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1 }, 2: { a: 1 }, 3: { a: 1 } });
    const sync = await world.open();
    world.storage.before = (action) => {
      if (action === `read ${folder}001.bin`) throw new Error("the storage is gone");
    };
    await sync.delta(3, {});
    await sync.delta(2, {});
    await expect(sync.delta(1, {})).rejects.toThrow("the storage is gone");
  });

  it("writes only parts in which something changed", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1 }, 2: { a: 1 }, 3: { a: 1 } });
    world.storage.takeDone();
    await world.sync({ 1: { a: 1 }, 2: { a: 2 }, 3: { a: 1 } });
    expect(world.storage.done.filter((each) => each.includes("write"))).toEqual([
      `write ${folder}touched.json`,
      `write ${folder}002.bin`,
    ]);
  });

  it("reports a damaged part and sends its profiles again; the next sync finds it whole", async () => {
    const world = new World();
    const users = { 1: { a: 1 }, 2: { a: 1 } };
    await world.sync(users);
    const bytes = world.storage.objects.get(`${folder}001.bin`) as Buffer;
    bytes[20] = (bytes[20] as number) ^ 1;
    expect(await world.sync(users)).toEqual([{ a: 1 }, undefined]);
    expect(world.warnings).toEqual([
      `memory/${folder}001.bin can't be used (its checksum is wrong): the profiles in it are sent again.`,
    ]);
    expect(await world.sync(users)).toEqual([undefined, undefined]);
    expect(world.warnings).toHaveLength(1);
  });

  it("gives up the parts that an interrupted sync had touched, and no others", async () => {
    const world = new World();
    const users = { 1: { a: 1 }, 2: { a: 1 } };
    await world.sync(users);
    const interrupted = await world.open();
    await interrupted.send(1, { a: 2 });
    expect(await world.sync(users)).toEqual([{ a: 1 }, undefined]);
    expect(world.warnings[0]).toContain("the profiles in 1 of 240 parts of the index are sent again");
    expect(await world.sync(users)).toEqual([undefined, undefined]);
  });

  describe("after a sync that was interrupted", () => {
    const users = { 1: { a: 1 }, [1 + partitions]: { a: 1 }, 2: { a: 1 } };
    /** Changes user 1 as a sync does that stages what it sends. */
    const interrupt = async (world: World): Promise<void> => {
      const { index } = await world.open();
      await index.noteLeft([], true);
      const profiles: number[] = [];
      index.addProfile("external_id:1", undefined, profiles);
      await index.noteChanged(profiles);
    };
    const resume = async (world: World, left: string[] = [], areAll = true): Promise<Sync> => {
      const sync = await world.open();
      await sync.index.noteLeft(left, areAll);
      return sync;
    };

    it("sends only those profiles again that it had changed", async () => {
      const world = new World();
      await world.sync(users);
      await interrupt(world);
      const sync = await resume(world);
      expect(world.warnings).toEqual([
        "The last sync ended before it could store what it had sent: the profiles of its last 1 changes are sent again.",
      ]);
      expect(await sync.send(1, { a: 1 })).toEqual({ a: 1 });
      expect(await sync.send(1 + partitions, { a: 1 })).toBeUndefined();
      expect(await sync.send(2, { a: 1 })).toBeUndefined();
      await sync.index.store();
      expect([...world.storage.objects.keys()].filter((key) => key.includes("/changed/"))).toEqual([]);
      expect(await world.sync(users)).toEqual([undefined, undefined, undefined]);
    });

    it("does so also when their parts were not needed meanwhile, or the next one was interrupted too", async () => {
      const world = new World();
      await world.sync(users);
      await interrupt(world);
      await (await resume(world)).send(2, { a: 1 });
      await (await resume(world)).index.store();
      expect((await world.sync(users))[0]).toEqual({ a: 1 });
    });

    it("counts those that were on their way as changed, durably", async () => {
      const world = new World();
      await world.sync(users);
      await resume(world, ["external_id:2"]);
      const sync = await resume(world);
      expect(await sync.send(2, { a: 1 })).toEqual({ a: 1 });
      expect(await sync.send(1, { a: 1 })).toBeUndefined();
    });

    it("gives everything up when nobody can tell which they were", async () => {
      const world = new World();
      await world.sync(users);
      const sync = await resume(world, [], false);
      expect(await sync.send(2, { a: 1 })).toEqual({ a: 1 });
      await interrupt(world);
      const note = [...world.storage.objects.keys()].find((key) => key.includes("/changed/")) ?? "";
      world.storage.objects.set(note, Buffer.from("BZCP, damaged"));
      expect(await (await world.open()).send(2, { a: 1 })).toEqual({ a: 1 });
      expect(world.warnings.join()).toMatch(/in 2 of 240 parts .*in 240 of 240 parts/);
    });
  });

  describe("in a sync that changes very many profiles", () => {
    const many = Array.from({ length: 2_000_000 }, () => [1, 0, 0]).flat();
    const changed = (world: World): string[] =>
      [...world.storage.objects.keys()].filter((key) => key.includes("/changed/"));

    it("is stored now and then, so that a crash costs less", async () => {
      const world = new World();
      const sync = await world.open();
      const { index } = sync;
      await sync.send(1, { a: 1 });
      await index.noteChanged([7, 7, 7]);
      expect(changed(world)).toHaveLength(1);
      await index.noteChanged(many);
      await until(() => changed(world).length === 0);
      // What comes later is noted anew.
      await index.noteChanged([7, 7, 7]);
      const next = await world.open();
      await next.index.noteLeft([], true);
      expect(await next.send(1, { a: 1 })).toBeUndefined();
      expect(changed(world)).toHaveLength(1);
    });

    it("is stored at the end, when that had failed before", async () => {
      const world = new World();
      const sync = await world.open();
      await sync.send(1, { a: 1 });
      let failures = 0;
      world.storage.before = (action) => {
        if (action !== `write ${folder}001.bin` || failures > 0) return;
        failures += 1;
        throw new Error("not now");
      };
      await sync.index.noteChanged(many);
      await until(() => failures === 1);
      await sync.index.store();
      expect(changed(world)).toEqual([]);
      expect(await world.sync({ 1: { a: 1 } })).toEqual([undefined]);
    });
  });

  it("believes nothing wrong when it dies between any two writes of its end", async () => {
    for (let survivors = 0; survivors < 4; survivors++) {
      const world = new World();
      await world.sync({ 1: { a: 1 }, 2: { a: 1 } });
      const dying = await world.open();
      await dying.send(1, { a: 2 });
      await dying.send(2, { a: 2 });
      let left = survivors;
      world.storage.before = () => {
        if (left-- <= 0) throw new Error("killed");
      };
      await dying.index.store().catch(() => undefined);
      world.storage.before = () => undefined;
      const wholeEnd = survivors === 3;
      expect(await world.sync({ 1: { a: 1 }, 2: { a: 1 } })).toEqual([{ a: 1 }, { a: 1 }]);
      expect(world.warnings).toHaveLength(wholeEnd ? 0 : 1);
    }
  });

  it("begins anew when told to, in its memory and in the storage", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1 } });
    const fresh = await world.open({ fresh: true });
    expect([...world.storage.objects.keys()]).toEqual([]);
    expect(await fresh.send(1, { a: 1 })).toEqual({ a: 1 });
  });

  it("stores nothing when it is only asked", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1 } });
    const before = [...world.storage.objects];
    for (const fresh of [false, true]) {
      const asked = await world.open({ readOnly: true, fresh });
      expect(await asked.send(1, { a: 1 })).toEqual(fresh ? { a: 1 } : undefined);
      expect(await asked.send(1, { a: 2 })).toEqual({ a: 2 });
      await asked.index.store();
    }
    expect([...world.storage.objects]).toEqual(before);
  });

  it("stores nothing once another process is at work on it", async () => {
    const world = new World();
    const sync = await world.open();
    await sync.send(1, { a: 1 });
    sync.index.abandon();
    await sync.index.store();
    expect([...world.storage.objects.keys()]).toEqual([`${folder}touched.json`]);
  });

  it("sends everything of a profile that was forgotten", async () => {
    const world = new World();
    await world.sync({ 1: { a: 1, b: 1 } });
    const sync = await world.open();
    await sync.delta(1, {});
    sync.index.forget("external_id:1");
    await sync.index.store();
    expect(await world.sync({ 1: { a: 1, b: 1 } })).toEqual([{ a: 1, b: 1 }]);
  });

  it("knows which attributes surely have a value", async () => {
    const { index, ...sync } = await new World().open();
    const identity = "external_id:1";
    await index.prepare(identity);
    const send = (attributes: JsonObject): void => {
      const delta = index.delta(identity, profileMemory, attributes, "everything");
      if (delta.kind === "changed") index.remember(identity, delta.change);
    };
    expect(sync).toEqual({});
    expect(index.knowsValue(identity, "a")).toBe(false);
    send({ a: 1 });
    expect(index.knowsValue(identity, "a")).toBe(true);
    send({ a: null });
    expect(index.knowsValue(identity, "a")).toBe(false);
    index.noteValues(identity, ["a"]);
    expect(index.knowsValue(identity, "a")).toBe(true);
    expect(index.delta(identity, profileMemory, { a: 1 }, "changed_attributes").kind).toBe("changed");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
