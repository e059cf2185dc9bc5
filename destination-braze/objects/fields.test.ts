import type { JsonObject } from "@braze-connectors/shared/json";
import { otherColumns, takeFields, takeNames, unsendableField } from "./fields";

describe("takeFields", () => {
  it("takes own fields that have a value", () => {
    expect(takeFields({ a: 1, b: null, c: "", d: 2 }, ["a", "b", "c", "e"])).toEqual({ a: 1, c: "" });
  });

  it("never takes what JavaScript offers under a name", () => {
    expect(Object.keys(takeFields({}, ["constructor", "__proto__"]))).toEqual([]);
    const taken = takeFields(JSON.parse('{"__proto__": {"a": 1}}'), ["__proto__"]);
    expect(Object.getPrototypeOf(taken)).toBe(Object.prototype);
    expect(JSON.stringify(taken)).toBe('{"__proto__":{"a":1}}');
  });
});

describe("takeNames", () => {
  it("makes numbers text", () => {
    const body = { id: 17, name: "n", zero: 0 };
    expect(takeNames(body, ["id", "name", "zero"])).toBeUndefined();
    expect(body).toEqual({ id: "17", name: "n", zero: "0" });
  });

  it.each([
    [undefined, "id is missing."],
    [true, "id must be text."],
    [{ a: 1 }, "id must be text."],
    [2 ** 60, "id is too large a number to be read exactly: send it as text."],
  ])("says why %j is no name", (id, message) => {
    const body: JsonObject = id === undefined ? {} : { id };
    expect(takeNames(body, ["id"])).toEqual({ code: "invalid_value", field: "id", message });
  });
});

test("unsendableField names the first field that holds a number that was rounded", () => {
  expect(unsendableField({ a: 1, b: { c: [2 ** 60] } })).toMatchObject({ code: "invalid_value", field: "b" });
  expect(unsendableField({ a: 1, b: 1.5 })).toBeUndefined();
});

test("otherColumns are those that are not taken", () => {
  expect(otherColumns(["a", "b"], ["b", "c"])).toEqual(["a"]);
});
