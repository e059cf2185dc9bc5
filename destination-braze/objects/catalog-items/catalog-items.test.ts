import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";
import type { DestinationSyncMode } from "../object";

const object = objectNamed("catalog_items/cars");
const inMode = (mode: DestinationSyncMode) => {
  const found = object.forMode?.(mode);
  if (!found) throw new Error(mode);
  return found;
};

describe("catalog_items", () => {
  it.each([
    ["append", "PUT", "upsert"],
    ["append_dedup", "PUT", "upsert"],
    ["overwrite", "PUT", "replace"],
    ["update", "PATCH", "update"],
    ["soft_delete", "DELETE", "delete"],
  ] as const)("in the mode %s uses %s", (mode, method, action) => {
    const { slot } = inMode(mode);
    expect(slot.name).toBe(`catalog_items/cars ${action}`);
    expect(slot.endpoint).toMatchObject({ method, path: "/catalogs/cars/items" });
  });

  it("sends of items that are known only what changed, and never creates in the mode update", () => {
    expect(inMode("append").slot.whenKnown).toBe(inMode("update").slot);
    expect(inMode("update").slot.whenKnown).toBeUndefined();
    const { memory, whenKnown } = inMode("overwrite").slot;
    expect([memory, whenKnown]).toEqual([undefined, undefined]);
  });

  it("puts names of catalogs safely into paths", () => {
    expect(objectNamed("catalog_items/a b/../c").slot.endpoint.path).toBe("/catalogs/a%20b%2F..%2Fc/items");
  });

  it("takes every column under its own name, also those that mean something to profiles", () => {
    const record = JSON.parse(
      '{"id": 7, "external_id": "x", "_merge_objects": true, "email": null, "__proto__": "p"}',
    ) as JsonObject;
    const { body, identity } = prepared(object, record);
    expect(identity).toBe("catalog_item:cars/7");
    expect(JSON.stringify(body)).toBe('{"id":"7","external_id":"x","_merge_objects":true,"__proto__":"p"}');
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });

  it("leaves out what hosts add, which is no field of the catalog and differs from sync to sync", () => {
    const record = { id: "a", _airbyte_raw_id: "x", _airbyte_meta: {}, _own: 1 };
    expect(prepared(object, record).body).toEqual({ id: "a", _own: 1 });
    expect(object.ignoredColumns(Object.keys(record), objectOptions())).toEqual([
      "_airbyte_raw_id",
      "_airbyte_meta",
    ]);
  });

  it("clears where nulls clear", () => {
    const clearing = objectOptions({ nullValues: "clear" });
    expect(prepared(object, { id: "a", colour: null }, clearing).body).toEqual({ id: "a", colour: null });
  });

  it("takes the id alone to delete", () => {
    const { body } = prepared(inMode("soft_delete"), { id: "a", price: 2 ** 60 });
    expect(body).toEqual({ id: "a" });
    expect(inMode("soft_delete").ignoredColumns(["id", "a"], objectOptions())).toEqual(["a"]);
    expect(object.ignoredColumns(["id", "a"], objectOptions())).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{}, "id is missing."],
    [{ id: "" }, "id is missing."],
    [{ id: { a: 1 } }, "id must be text."],
    [{ id: 2 ** 60 }, "id is too large a number to be read exactly: send it as text."],
    [
      { id: "a", price: 2 ** 60 },
      "price holds a number that is too large a number to be read exactly: send it as text.",
    ],
  ])("says what is wrong with %j", (record, message) => {
    expect(object.prepare(record, objectOptions()).reasons?.[0]?.message).toBe(message);
  });

  it("merges changes of one item, the last value of a field wins; never an operation", () => {
    const { merge } = object.slot;
    expect(merge?.({ id: "a", x: 1, y: 1 }, { id: "a", y: 2 })).toEqual({ id: "a", x: 1, y: 2 });
    expect(merge?.({ id: "a", x: { $add: ["t"] } }, { id: "a", x: ["u"] })).toEqual({ id: "a", x: ["u"] });
    expect(merge?.({ id: "a" }, { id: "a", tags: { $add: ["t"] } })).toBeUndefined();
    const replaced = inMode("overwrite").slot.merge?.({ id: "a", x: 1 }, { id: "a", y: 2 });
    expect(replaced).toEqual({ id: "a", y: 2 });
  });

  it("sends what is to be sent of the items", () => {
    const objects = outgoingTo(object, [
      { id: "a", x: 1 },
      { id: "b", x: 2 },
    ]);
    const [first] = objects;
    if (first) first.sent = { id: "a" };
    expect(bodyOf(objects)).toEqual({ items: [{ id: "a" }, { id: "b", x: 2 }] });
  });
});
