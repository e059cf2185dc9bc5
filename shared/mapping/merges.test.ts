import type { JsonObject } from "../json";
import { attributes, compile, map } from "./testing";

describe("merges", () => {
  const merged = (
    merge: "set" | "sum" | "add" | "remove" | "set_or_clear" | "merge_object",
    record: JsonObject,
    nullValues: "ignore" | "clear" = "ignore",
  ) => attributes({ fields: [{ field: "a", as: "b", merge }] }, record, { nullValues });

  test("set", () => {
    expect(merged("set", { a: 1 })).toEqual({ b: 1 });
    expect(merged("set", { a: null })).toEqual({});
    expect(merged("set", { a: null }, "clear")).toEqual({ b: null });
    expect(merged("set", {}, "clear")).toEqual({});
  });

  test("sum", () => {
    expect(merged("sum", { a: -2 })).toEqual({ b: { inc: -2 } });
    expect(merged("sum", { a: null }, "clear")).toEqual({});
    expect(merged("sum", {})).toEqual({});
  });

  test("add and remove", () => {
    expect(merged("add", { a: ["x", 1] })).toEqual({ b: { add: ["x", 1] } });
    expect(merged("add", { a: "x" })).toEqual({ b: { add: ["x"] } });
    expect(merged("add", { a: ["x", null] })).toEqual({ b: { add: ["x"] } });
    expect(merged("add", { a: [] })).toEqual({});
    expect(merged("add", { a: null }, "clear")).toEqual({});
    expect(merged("remove", { a: "x" })).toEqual({ b: { remove: ["x"] } });
  });

  test("set_or_clear", () => {
    expect(merged("set_or_clear", { a: 1 })).toEqual({ b: 1 });
    expect(merged("set_or_clear", { a: null })).toEqual({ b: null });
    expect(merged("set_or_clear", {})).toEqual({ b: null });
  });

  test("set_if_empty keeps its values aside", () => {
    const entry = { fields: [{ field: "a", as: "b", merge: "set_if_empty" as const }] };
    expect(compile(entry).looksUp).toBe(true);
    expect(compile({ fields: [{ field: "a", as: "b" }] }).looksUp).toBe(false);
    expect(map(entry, { a: 1 })).toMatchObject({ body: { external_id: "7" }, setIfEmpty: { b: 1 } });
    expect(map(entry, { a: null }, { nullValues: "clear" })).toMatchObject({ setIfEmpty: undefined });
  });

  test("merge_object", () => {
    expect(merged("merge_object", { a: { x: 1 } })).toEqual({ b: { x: 1 }, _merge_objects: true });
    expect(merged("merge_object", { a: null })).toEqual({});
    expect(merged("merge_object", {})).toEqual({});
    expect(merged("merge_object", { a: null }, "clear")).toEqual({ b: null });
  });

  test("merge_object builds nested attributes from columns", () => {
    const fields = [
      { field: "city", as: "address.city", merge: "merge_object" as const },
      { field: "zip", as: "address.zip", merge: "merge_object" as const },
    ];
    expect(attributes({ fields }, { city: "Ghent", zip: "9000" })).toEqual({
      address: { city: "Ghent", zip: "9000" },
      _merge_objects: true,
    });
    expect(attributes({ fields }, { city: "Ghent", zip: null }, { nullValues: "clear" })).toEqual({
      address: { city: "Ghent" },
      _merge_objects: true,
    });
  });

  test.each([
    ["sum", "5", "a must be a whole number to be summed, for Braze increments by nothing else."],
    ["sum", 0.5, "a must be a whole number to be summed, for Braze increments by nothing else."],
    ["add", { x: 1 }, "a must be text, a number, true or false, or a list of these, to change a list."],
    ["remove", [{ x: 1 }], "a must be text, a number, true or false, or a list of these, to change a list."],
    ["merge_object", "x", "a must be an object to be merged with a nested attribute."],
  ] as const)("%s refuses %j", (merge, value, message) => {
    const record = { a: JSON.parse(JSON.stringify(value)) };
    expect(map({ fields: [{ field: "a", as: "b", merge }] }, record)).toEqual({
      reasons: [{ code: "invalid_value", field: "a", message }],
    });
  });

  test("all that is wrong with a record is told", () => {
    const fields = [
      { field: "a", as: "b", merge: "sum" as const },
      { field: "c", as: "d", merge: "merge_object" as const },
    ];
    const result = map({ fields, remaining: { include: true, merge: "sum" } }, { a: "x", c: 1, e: "y" });
    expect(result.reasons?.map(({ field }) => field)).toEqual(["a", "c", "e"]);
  });

  test("an object is not set beside others that are merged", () => {
    const fields = [
      { field: "a", as: "b", merge: "merge_object" as const },
      { field: "c", as: "d" },
      { field: "l", as: "current_location" },
    ];
    expect(map({ fields }, { c: { x: 1 } })).toMatchObject({
      reasons: [{ code: "invalid_value", field: "c" }],
    });
    expect(attributes({ fields }, { c: "plain", l: { longitude: 1, latitude: 2 } })).toEqual({
      d: "plain",
      current_location: { longitude: 1, latitude: 2 },
    });
  });
});
