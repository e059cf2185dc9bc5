import { folder, IndexWorld } from "../testing/index-world";
import { partitions } from "./partition";

describe("the parts of an index", () => {
  it("reads only parts that are there and needed, each once", async () => {
    const world = new IndexWorld();
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
    const world = new IndexWorld();
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
    const world = new IndexWorld();
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
    const world = new IndexWorld();
    await world.sync({ 1: { a: 1 }, 2: { a: 1 }, 3: { a: 1 } });
    world.storage.takeDone();
    await world.sync({ 1: { a: 1 }, 2: { a: 2 }, 3: { a: 1 } });
    expect(world.storage.done.filter((each) => each.includes("write"))).toEqual([
      `write ${folder}touched.json`,
      `write ${folder}002.bin`,
    ]);
  });

  it("reports a damaged part and sends its profiles again; the next sync finds it whole", async () => {
    const world = new IndexWorld();
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
});
