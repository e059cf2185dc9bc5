import { objects } from "../objects/registry";
import { objectNamed } from "../testing/objects";
import { endpointsOf, operationsOf } from "./operations";

const all = (): boolean => true;
const cars = objectNamed("catalog_items/cars");
const modesWith = (permissions: string[]) =>
  operationsOf({ object: cars }, ({ permission }) => permissions.includes(permission)).map(
    ({ sync_mode }) => sync_mode,
  );

describe("operationsOf", () => {
  it("is one operation a sync mode, with the fields of the object and its keys", () => {
    const operations = operationsOf({ object: objectNamed("subscription_groups") }, all);
    expect(operations.map(({ sync_mode }) => sync_mode)).toEqual(["append", "append_dedup"]);
    expect(operations[0]).toMatchObject({
      object_name: "subscription_groups",
      matching_keys: [["external_id"], ["email"], ["phone"]],
      json_schema: { properties: { subscription_state: {} }, required: expect.any(Array) },
    });
  });

  it("adds the workspace's own fields and title", () => {
    const [first] = operationsOf(
      { object: cars, ownFields: { price: { type: "number" } }, title: "Cars" },
      all,
    );
    expect(first?.json_schema).toMatchObject({
      title: "Cars",
      properties: { id: {}, price: { type: "number" } },
    });
    const [plain] = operationsOf({ object: cars }, all);
    expect(plain?.json_schema.properties).not.toHaveProperty("price");
  });

  it("leaves out the modes of which an endpoint may not be used", () => {
    expect(modesWith(["catalogs.replace_items", "catalogs.update_items", "catalogs.delete_items"])).toEqual(
      cars.offer.modes,
    );
    expect(modesWith(["catalogs.update_items"])).toEqual(["update"]);
    expect(modesWith(["catalogs.replace_items"])).toEqual(["overwrite"]);
    expect(modesWith(["catalogs.delete_items"])).toEqual(["soft_delete"]);
    expect(modesWith([])).toEqual([]);
  });

  it("offers to delete users with the fields of a deletion", () => {
    const operations = operationsOf({ object: objectNamed("users") }, all);
    const deletion = operations.find(({ sync_mode }) => sync_mode === "soft_delete");
    expect(deletion?.object_name).toBe("users");
    expect(deletion?.json_schema.properties).not.toHaveProperty("first_name");
    expect(operations[0]?.json_schema.properties).toHaveProperty("first_name");
  });
});

test("every mode that an object offers is one that it has", () => {
  for (const object of [...objects, cars, objectNamed("campaign_trigger/x")]) {
    for (const mode of object.offer.modes) {
      const found = object.forMode ? object.forMode(mode) : object;
      expect([object.name, mode, found !== undefined]).toEqual([object.name, mode, true]);
      expect(endpointsOf(object, mode).length).toBeGreaterThan(0);
    }
  }
});
