import type { JsonObject } from "@braze-connectors/shared/json";
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

  const ownFields = { price: { type: "number" } };
  const schemasOf = (each: Parameters<typeof operationsOf>[0]) =>
    Object.fromEntries(
      operationsOf(each, all).map(({ sync_mode, json_schema }) => [sync_mode, json_schema as JsonObject]),
    );

  it("offers to delete users with the fields of a deletion, and none of the workspace's", () => {
    const { append, soft_delete } = schemasOf({ object: objectNamed("users"), ownFields });
    expect(Object.keys(soft_delete?.properties as JsonObject)).toEqual(
      expect.arrayContaining(["external_id", "email"]),
    );
    expect(soft_delete?.properties).not.toHaveProperty("first_name");
    expect(soft_delete?.properties).not.toHaveProperty("price");
    expect(soft_delete?.additionalProperties).toBe(false);
    expect(append?.properties).toMatchObject({ first_name: {}, ...ownFields });
    expect(append?.additionalProperties).toBe(true);
  });

  it("offers to delete items by their id alone", () => {
    const { soft_delete } = schemasOf({ object: cars, ownFields });
    expect(Object.keys(soft_delete?.properties as JsonObject)).toEqual(["id"]);
    expect(soft_delete?.additionalProperties).toBe(false);
  });

  it("says whether people may add fields to those of the workspace", () => {
    const { soft_delete, ...open } = schemasOf({ object: cars, ownFields });
    for (const schema of Object.values(open))
      expect(schema).toMatchObject({ properties: ownFields, additionalProperties: true });
    const { update } = schemasOf({ object: cars, ownFields, isComplete: true });
    expect(update).toMatchObject({ properties: ownFields, additionalProperties: false });
  });
});

test("every mode that an object offers goes somewhere, and is named once", () => {
  for (const object of [...objects, cars, objectNamed("campaign_trigger/x")]) {
    for (const mode of object.offer.modes) {
      expect(object.offer.likeAppend).not.toContain(mode);
      expect(endpointsOf(object, mode).length).toBeGreaterThan(0);
    }
  }
});
