import { hash64 } from "@braze-connectors/shared/hash/hash64";
import type { JsonObject } from "@braze-connectors/shared/json";
import { IndexWorld } from "../testing/index-world";
import { profileMemory } from "../testing/updates";
import { hashAttribute } from "./attribute-hash";

describe("DeltaIndex", () => {
  it("remembers from one sync to the next", async () => {
    const world = new IndexWorld();
    expect(await world.sync({ 1: { a: 1, b: 1 }, 2: { a: 1 } })).toEqual([{ a: 1, b: 1 }, { a: 1 }]);
    expect(await world.sync({ 1: { a: 1, b: 2 }, 2: { a: 1 }, 3: {} })).toEqual([{ b: 2 }, undefined, {}]);
    expect(await world.sync({ 1: { a: 1, b: 2 }, 2: { a: 1 }, 3: {} })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("sends everything of a profile that was forgotten", async () => {
    const world = new IndexWorld();
    await world.sync({ 1: { a: 1, b: 1 } });
    const sync = await world.open();
    await sync.delta(1, {});
    sync.index.forget("external_id:1");
    await sync.index.store();
    expect(await world.sync({ 1: { a: 1, b: 1 } })).toEqual([{ a: 1, b: 1 }]);
  });

  it("tells of somebody whom Braze may have ignored, also in the next sync, and the shortest way", async () => {
    const world = new IndexWorld();
    const update = { _update_existing_only: true };
    await world.sync({ 1: { a: 1, ...update }, 2: update, 3: { a: 1 } });
    const { index } = await world.open();
    const hashOf = (value: number) => Uint32Array.of(hashAttribute(value).lo, hashAttribute(value).hi);
    const flat = (user: number, hashes: Uint32Array, names: string[]) => {
      const { lo, hi } = hash64(`external_id:${user}`);
      const object = { partition: user, idLo: lo, idHi: hi, hashes };
      return index.flatDelta(object, index.numbersOf(names) ?? [], "changed_attributes");
    };
    for (const user of [1, 2, 3]) await index.prepare(`external_id:${user}`);
    expect(flat(1, hashOf(1), ["a"])).toBe("look closer");
    expect(flat(2, new Uint32Array(), [])).toBe("look closer");
    expect(flat(3, hashOf(1), ["a"])).toBe("unchanged");
    expect(index.knowsValue("external_id:1", "a", true)).toBe(false);
    expect(index.knowsValue("external_id:1", "a", false)).toBe(true);
    expect(index.attributesOf("external_id:1")).toEqual(["a"]);
    expect(await world.sync({ 1: { a: 1, ...update }, 2: update, 3: { a: 1 } })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await world.sync({ 1: { a: 1 }, 2: {} })).toEqual([{ a: 1 }, {}]);
    expect(await world.sync({ 1: { a: 1 }, 2: {} })).toEqual([undefined, undefined]);
  });

  it("knows which attributes surely have a value", async () => {
    const { index, ...sync } = await new IndexWorld().open();
    const identity = "external_id:1";
    await index.prepare(identity);
    const send = (attributes: JsonObject): void => {
      const delta = index.delta(identity, profileMemory, attributes, "everything");
      if (delta.kind === "changed") index.remember(identity, delta.change);
    };
    expect(sync).toEqual({});
    expect(index.knowsValue(identity, "a", true)).toBe(false);
    send({ a: 1 });
    expect(index.knowsValue(identity, "a", true)).toBe(true);
    send({ a: null });
    expect(index.knowsValue(identity, "a", true)).toBe(false);
    index.noteValues(identity, ["a"]);
    expect(index.knowsValue(identity, "a", true)).toBe(true);
    expect(index.delta(identity, profileMemory, { a: 1 }, "changed_attributes").kind).toBe("changed");
  });
});
