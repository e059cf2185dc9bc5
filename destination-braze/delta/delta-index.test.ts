import type { JsonObject } from "@braze-connectors/shared/json";
import { IndexWorld } from "../testing/index-world";
import { profileMemory } from "../testing/updates";

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

  it("knows which attributes surely have a value", async () => {
    const { index, ...sync } = await new IndexWorld().open();
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
