import fc from "fast-check";
import type { JsonObject } from "../json";
import { compilePut, escapeName, parseTargetPath } from "./target-path";

test.each([
  ["points", ["points"]],
  ["current_location.latitude", ["current_location", "latitude"]],
  ["a\\.b", ["a.b"]],
  ["a\\.b.c", ["a.b", "c"]],
  ["a\\b", ["a\\b"]],
  [".", ["", ""]],
  ["", [""]],
])("%j means %j", (as, path) => {
  expect(parseTargetPath(as)).toEqual(path);
});

test("an escaped name means the name", () => {
  const name = fc.string().filter((text) => !/\\(\.|$)/.test(text));
  fc.assert(fc.property(name, (text) => expect(parseTargetPath(escapeName(text))).toEqual([text])));
});

describe("compilePut", () => {
  test("puts values side by side into a nested object", () => {
    const body: JsonObject = {};
    compilePut(["a", "x"])(body, 1);
    compilePut(["a", "y", "z"])(body, 2);
    expect(body).toEqual({ a: { x: 1, y: { z: 2 } } });
  });

  test("reaches no prototype", () => {
    const body: JsonObject = {};
    compilePut(["__proto__", "polluted"])(body, true);
    expect(JSON.stringify(body)).toBe('{"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty("polluted");
  });
});
