import { findObject, findSlot, isSlotName, objectNames, objects } from "./registry";

describe("findObject", () => {
  it("knows every object under its name", () => {
    for (const object of objects) expect(findObject(object.name)).toBe(object);
    expect(objectNames).toHaveLength(12);
  });

  it("makes one object for a name of a family", () => {
    expect(findObject("catalog_items/cars")?.name).toBe("catalog_items/cars");
    expect(findObject("catalog_items/cars")).toBe(findObject("catalog_items/cars"));
    expect(findObject("canvas_trigger/a/b")?.name).toBe("canvas_trigger/a/b");
  });

  it.each([
    "",
    "catalog_items",
    "catalog_items/",
    "constructor",
    "constructor/x",
    "__proto__/x",
    "Users",
    "/users",
  ])("knows nothing called %j", (name) => {
    expect(findObject(name)).toBeUndefined();
  });
});

describe("findSlot", () => {
  const dynamic = [
    "catalog_items/cars",
    "catalog_items/two words",
    "campaign_trigger/a b c",
    "canvas_trigger/x",
  ];

  it("finds every slot of every object by its name", () => {
    const slots = [...objects, ...dynamic.flatMap((name) => findObject(name) ?? [])].flatMap(
      (object) => object.slots,
    );
    expect(slots.length).toBeGreaterThan(30);
    for (const slot of slots) {
      const found = findSlot(slot.name, slot.endpoint.inDoubt);
      expect([found?.name, found === slot]).toEqual([slot.name, true]);
      expect(isSlotName(slot.name)).toBe(true);
    }
  });

  it("has no two slots of one name but those that differ in what is done in doubt", () => {
    const names = objects.flatMap(({ slots }) => slots.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(["", "nothing", "catalog_items/cars", "catalog_items/cars drive", "constructor x"])(
    "finds nothing called %j",
    (name) => {
      expect(findSlot(name, "reject")).toBeUndefined();
      expect(isSlotName(name)).toBe(false);
    },
  );
});
