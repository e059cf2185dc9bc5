import { folder, type IndexSync, IndexWorld } from "../testing/index-world";
import { partitions } from "./partition";

describe("the stored index", () => {
  it("gives up the parts that an interrupted sync had touched, and no others", async () => {
    const world = new IndexWorld();
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
    const interrupt = async (world: IndexWorld): Promise<void> => {
      const { index } = await world.open();
      await index.noteLeft([], true);
      const profiles: number[] = [];
      index.addProfile("external_id:1", undefined, profiles);
      await index.noteChanged(profiles);
    };
    const resume = async (world: IndexWorld, left: string[] = [], areAll = true): Promise<IndexSync> => {
      const sync = await world.open();
      await sync.index.noteLeft(left, areAll);
      return sync;
    };

    it("sends only those profiles again that it had changed", async () => {
      const world = new IndexWorld();
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
      const world = new IndexWorld();
      await world.sync(users);
      await interrupt(world);
      await (await resume(world)).send(2, { a: 1 });
      await (await resume(world)).index.store();
      expect((await world.sync(users))[0]).toEqual({ a: 1 });
    });

    it("counts those that were on their way as changed, durably", async () => {
      const world = new IndexWorld();
      await world.sync(users);
      await resume(world, ["external_id:2"]);
      const sync = await resume(world);
      expect(await sync.send(2, { a: 1 })).toEqual({ a: 1 });
      expect(await sync.send(1, { a: 1 })).toBeUndefined();
    });

    it("gives everything up when nobody can tell which they were", async () => {
      const world = new IndexWorld();
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
    const changed = (world: IndexWorld): string[] =>
      [...world.storage.objects.keys()].filter((key) => key.includes("/changed/"));

    it("is stored now and then, so that a crash costs less", async () => {
      const world = new IndexWorld();
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
      const world = new IndexWorld();
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
      const world = new IndexWorld();
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
    const world = new IndexWorld();
    await world.sync({ 1: { a: 1 } });
    const fresh = await world.open({ fresh: true });
    expect([...world.storage.objects.keys()]).toEqual([]);
    expect(await fresh.send(1, { a: 1 })).toEqual({ a: 1 });
  });

  it("stores nothing when it is only asked", async () => {
    const world = new IndexWorld();
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
    const world = new IndexWorld();
    const sync = await world.open();
    await sync.send(1, { a: 1 });
    sync.index.abandon();
    await sync.index.store();
    expect([...world.storage.objects.keys()]).toEqual([`${folder}touched.json`]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
