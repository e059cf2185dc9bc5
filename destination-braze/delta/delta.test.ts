import type { JsonObject } from "@braze-connectors/shared/json";
import { profileMemory } from "../testing/updates";
import { AttributeNames } from "./attribute-names";
import { type Delta, deltaOf, type SendMode } from "./delta";
import { ProfileTable } from "./profile-table";

/** One profile, as a sequence of syncs sees it. */
class Profile {
  private readonly table = new ProfileTable();
  private readonly names = new AttributeNames();

  delta(body: JsonObject, mode: SendMode = "changed_attributes"): Delta {
    return deltaOf(
      { external_id: "a", ...body },
      "external_id:a",
      profileMemory,
      mode,
      this.table,
      this.table.find(1, 2),
      this.names,
    );
  }

  /** What is sent, without the identifier; undefined when nothing is. It is accepted. */
  send(body: JsonObject, mode?: SendMode): JsonObject | undefined {
    const delta = this.delta(body, mode);
    if (delta.kind === "unchanged") return undefined;
    this.table.apply(1, 2, delta.change);
    const { external_id: _identifier, ...sent } = delta.body;
    return sent;
  }
}

describe("deltaOf", () => {
  it("sends all of an unknown profile, then nothing, then what changed", () => {
    const profile = new Profile();
    expect(profile.send({ city: "Köln", points: 1 })).toEqual({ city: "Köln", points: 1 });
    expect(profile.send({ points: 1, city: "Köln" })).toBeUndefined();
    expect(profile.send({ points: 2, city: "Köln" })).toEqual({ points: 2 });
  });

  it("sends an unknown profile without attributes once, to create it", () => {
    const profile = new Profile();
    expect(profile.send({})).toEqual({});
    expect(profile.send({})).toBeUndefined();
  });

  it("sends all attributes of a changed profile in the mode changed_profiles", () => {
    const profile = new Profile();
    profile.send({ city: "Köln", points: 1 });
    expect(profile.send({ city: "Köln", points: 1 }, "changed_profiles")).toBeUndefined();
    expect(profile.send({ city: "Köln", points: 2 }, "changed_profiles")).toEqual({
      city: "Köln",
      points: 2,
    });
  });

  it("sends everything in the mode everything, and remembers it", () => {
    const profile = new Profile();
    profile.send({ city: "Köln" });
    expect(profile.send({ city: "Köln" }, "everything")).toEqual({ city: "Köln" });
    expect(profile.send({ city: "Bonn" }, "everything")).toEqual({ city: "Bonn" });
    expect(profile.send({ city: "Bonn" })).toBeUndefined();
    expect(profile.send({ city: "Köln" })).toEqual({ city: "Köln" });
  });

  it("always sends operations, and knows nothing of the value afterwards", () => {
    const profile = new Profile();
    profile.send({ points: 5, tags: ["a"] });
    expect(profile.send({ points: { inc: 1 } })).toEqual({ points: { inc: 1 } });
    expect(profile.send({ points: { inc: 1 } })).toEqual({ points: { inc: 1 } });
    expect(profile.send({ tags: { add: ["b"] } })).toEqual({ tags: { add: ["b"] } });
    expect(profile.send({ points: 5, tags: ["a"] })).toEqual({ points: 5, tags: ["a"] });
  });

  it("sends a value again that changed and changed back", () => {
    const profile = new Profile();
    profile.send({ city: "Köln" });
    profile.send({ city: "Bonn" });
    expect(profile.send({ city: "Köln" })).toEqual({ city: "Köln" });
  });

  it("sends a null once", () => {
    const profile = new Profile();
    profile.send({ city: "Köln" });
    expect(profile.send({ city: null })).toEqual({ city: null });
    expect(profile.send({ city: null })).toBeUndefined();
  });

  it("does not take a merged object for the whole value", () => {
    const profile = new Profile();
    profile.send({ pet: { name: "Rex", age: 3 } });
    profile.send({ pet: { name: "Tom" }, _merge_objects: true });
    expect(profile.send({ pet: { name: "Tom" } })).toEqual({ pet: { name: "Tom" } });
    expect(profile.send({ pet: { name: "Tom" }, _merge_objects: true })).toEqual({
      pet: { name: "Tom" },
      _merge_objects: true,
    });
  });

  it("remembers nothing by itself: what is not accepted is sent again", () => {
    const profile = new Profile();
    profile.delta({ city: "Köln" });
    expect(profile.send({ city: "Köln" })).toEqual({ city: "Köln" });
  });

  describe("of somebody whom Braze may have ignored", () => {
    const update = { _update_existing_only: true };

    it("sends an update once", () => {
      const profile = new Profile();
      expect(profile.send({ city: "Köln", ...update })).toEqual({ city: "Köln", ...update });
      expect(profile.send({ city: "Köln", ...update })).toBeUndefined();
      expect(profile.send({ city: "Bonn", ...update })).toEqual({ city: "Bonn", ...update });
    });

    it.each<JsonObject>([{}, { _update_existing_only: false }])(
      "sends all as soon as they may be created: %j",
      (create) => {
        const profile = new Profile();
        profile.send({ city: "Köln", points: 1, ...update });
        expect(profile.send({ city: "Köln", ...create })).toEqual({ city: "Köln", ...create });
        expect(profile.send({ city: "Köln", ...create })).toBeUndefined();
        // What had been sent before may not be there.
        expect(profile.send({ city: "Köln", points: 1, ...create })).toEqual({ points: 1, ...create });
        expect(profile.send({ city: "Köln", points: 1, ...update })).toBeUndefined();
      },
    );

    it("creates them also without attributes, and with others than before", () => {
      const profile = new Profile();
      profile.send(update);
      expect(profile.send(update)).toBeUndefined();
      expect(profile.send({})).toEqual({});
      expect(profile.send({})).toBeUndefined();
      const other = new Profile();
      other.send({ a: 1, b: 2, ...update });
      expect(other.send({ c: 3, a: { inc: 1 } })).toEqual({ c: 3, a: { inc: 1 } });
      expect(other.send({ a: 1, b: 2, c: 3 })).toEqual({ a: 1, b: 2 });
    });

    it("knows whom it has created: updates of them are changes like others", () => {
      const profile = new Profile();
      profile.send({ city: "Köln" });
      expect(profile.send({ points: 1, ...update })).toEqual({ points: 1, ...update });
      expect(profile.send({ city: "Köln", points: 1 })).toBeUndefined();
    });
  });

  it("counts an email that identifies as an identifier, and else as an attribute", () => {
    const table = new ProfileTable();
    const names = new AttributeNames();
    const body = { email: "a@b.c", city: "Köln" };
    const identified = deltaOf(body, "email:a@b.c", profileMemory, "changed_attributes", table, -1, names);
    const described = deltaOf(
      { external_id: "a", ...body },
      "external_id:a",
      profileMemory,
      "changed_attributes",
      table,
      -1,
      names,
    );
    expect(identified.kind === "changed" && identified.change.nameIds.length).toBe(1);
    expect(described.kind === "changed" && described.change.nameIds.length).toBe(2);
  });
});
