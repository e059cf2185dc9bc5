import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { mergeAttributes } from "./merge";

/** What is known of an attribute in Braze: its value, or that the pages don't say what became of it. */
type Profile = Map<string, Json | "unspecified">;

/** Braze's documented semantics of an attributes object (user_attributes_object, nested_custom_attribute_support). */
function apply(profile: Profile, { _merge_objects: merges, ...attributes }: JsonObject): Profile {
  const next = new Map(profile);
  for (const [name, value] of Object.entries(attributes)) {
    const after = applied(next.get(name), value, merges === true);
    if (after === undefined) next.delete(name);
    else next.set(name, after);
  }
  return next;
}

function applied(current: Json | undefined, value: Json, merges: boolean): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return asSet(value);
  if (!isObject(value)) return value;
  if (typeof value.inc === "number") {
    return Number.isSafeInteger(current) ? (current as number) + value.inc : "unspecified";
  }
  if (value.add !== undefined || value.remove !== undefined) {
    if (!Array.isArray(current)) return "unspecified";
    const added = (value.add ?? []) as Json[];
    const removed = (value.remove ?? []) as Json[];
    // Which comes first when an element is in both is not documented.
    if (added.some((element) => removed.includes(element))) return "unspecified";
    return asSet([...current, ...added]).filter((element) => !removed.includes(element));
  }
  return merges && isObject(current) ? deepMerge(current, value) : value;
}

const asSet = (elements: Json[]): Json[] =>
  elements.filter((element, position) => elements.lastIndexOf(element) === position);

const deepMerge = (current: JsonObject, value: JsonObject): JsonObject => {
  const result: JsonObject = { ...current };
  for (const [key, child] of Object.entries(value)) {
    const old = result[key];
    result[key] = isObject(old) && isObject(child) ? deepMerge(old, child) : child;
  }
  return result;
};

const scalar = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom("a", "b", "c"), fc.boolean());
const elements = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
const nested = fc.dictionary(
  fc.constantFrom("x", "y"),
  fc.oneof(scalar, fc.dictionary(fc.constantFrom("z"), scalar)),
);
const value = fc.oneof<fc.Arbitrary<Json>[]>(
  scalar,
  fc.constant(null),
  elements,
  nested,
  fc.record({ inc: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ add: elements }),
  fc.record({ remove: elements }),
  fc.record({ add: elements, remove: elements }),
);
const attributes = fc.dictionary(fc.constantFrom("p", "q"), value);
/** Starting values of the kinds that the operations are for. */
const start = fc.record({
  p: fc.oneof<fc.Arbitrary<Json>[]>(scalar, elements.map(asSet), nested),
  q: fc.oneof<fc.Arbitrary<Json>[]>(scalar, elements.map(asSet), nested),
});

describe("mergeAttributes", () => {
  test.each<[string, JsonObject, JsonObject, JsonObject | undefined]>([
    ["the last value wins", { a: 1, b: 1 }, { a: 2 }, { a: 2, b: 1 }],
    ["null removes", { a: 1 }, { a: null }, { a: null }],
    ["increments add up", { a: { inc: 2 } }, { a: { inc: -5 } }, { a: { inc: -3 } }],
    ["an increment of a value", { a: 2 }, { a: { inc: 5 } }, { a: 7 }],
    ["a value replaces an increment", { a: { inc: 5 } }, { a: 2 }, { a: 2 }],
    ["additions combine", { a: { add: ["x"] } }, { a: { add: ["y"] } }, { a: { add: ["x", "y"] } }],
    [
      "a removal cancels an addition",
      { a: { add: ["x"] } },
      { a: { remove: ["x"] } },
      { a: { remove: ["x"] } },
    ],
    ["an addition cancels a removal", { a: { remove: ["x"] } }, { a: { add: ["x"] } }, { a: { add: ["x"] } }],
    ["empty changes stay changes", { a: { add: [] } }, { a: { remove: [] } }, { a: { add: [] } }],
    ["additions to an array", { a: ["x", "y"] }, { a: { add: ["x"] } }, { a: ["y", "x"] }],
    [
      "deep merge",
      { _merge_objects: true, a: { x: { y: 1 } } },
      { _merge_objects: true, a: { x: { z: 2 } } },
      { _merge_objects: true, a: { x: { y: 1, z: 2 } } },
    ],
    [
      "an object in place of a value inside a merged one",
      { _merge_objects: true, a: { x: 0 } },
      { _merge_objects: true, a: { x: {} } },
      undefined,
    ],
    ["without _merge_objects the later object wins", { a: { x: 1 } }, { a: { y: 2 } }, { a: { y: 2 } }],
    [
      "subscription groups by id",
      { subscription_groups: [group("1", "subscribed"), group("2", "subscribed")] },
      { subscription_groups: [group("1", "unsubscribed")] },
      { subscription_groups: [group("2", "subscribed"), group("1", "unsubscribed")] },
    ],
    ["an increment of text is Braze's business", { a: "x" }, { a: { inc: 1 } }, undefined],
    ["an increment of a float is Braze's business", { a: 1.5 }, { a: { inc: 1 } }, undefined],
    ["an increment after a removal is Braze's business", { a: null }, { a: { inc: 1 } }, undefined],
    ["a sum that would not be exact", { a: Number.MAX_SAFE_INTEGER }, { a: { inc: 1 } }, undefined],
    ["a contradiction", { a: { add: ["y"] } }, { a: { add: ["x"], remove: ["x"] } }, undefined],
    ["plain additions to an array of objects", { a: [{ id: 1 }] }, { a: { add: ["x"] } }, undefined],
    ["operations on arrays of objects", { a: [{ id: 1 }] }, { a: { $add: [{ id: 2 }] } }, undefined],
    ["push tokens", { push_tokens: [{ token: "1" }] }, { push_tokens: [{ token: "2" }] }, undefined],
    ["other options", { a: 1 }, { a: 2, _merge_objects: true }, undefined],
    ["update-only and not", { a: 1, _update_existing_only: true }, { a: 2 }, undefined],
  ])("%s", (_, earlier, later, expected) => {
    const copies = structuredClone([earlier, later]);
    expect(mergeAttributes(earlier, later)).toEqual(expected);
    expect([earlier, later]).toEqual(copies);
  });

  it("keeps hostile names as names", () => {
    const earlier = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}');
    const later = JSON.parse('{"__proto__": 2, "toString": 3}');
    expect(JSON.stringify(mergeAttributes(earlier, later))).toBe(
      '{"__proto__":2,"constructor":1,"toString":3}',
    );
  });

  it("has the effect of one object after the other", () => {
    const merges = fc.constantFrom<JsonObject>({}, { _merge_objects: true });
    fc.assert(
      fc.property(start, attributes, attributes, merges, (initial, first, second, options) => {
        const merged = mergeAttributes({ ...first, ...options }, { ...second, ...options });
        if (!merged) return;
        const profile: Profile = new Map(Object.entries(initial));
        const stepByStep = apply(apply(profile, { ...first, ...options }), { ...second, ...options });
        const atOnce = apply(profile, merged);
        for (const [name, expected] of stepByStep) {
          if (expected === "unspecified") stepByStep.set(name, atOnce.get(name) ?? "unspecified");
        }
        for (const name of atOnce.keys()) if (stepByStep.get(name) === undefined) expect(name).toBe("absent");
        expect(Object.fromEntries(atOnce)).toEqual(Object.fromEntries(stepByStep));
      }),
      { numRuns: 3000 },
    );
  });

  it("merges most of what comes in practice", () => {
    const pairs = fc.sample(fc.tuple(attributes, attributes), { numRuns: 500, seed: 1 });
    const merged = pairs.filter(([first, second]) => mergeAttributes(first, second) !== undefined);
    expect(merged.length).toBeGreaterThan(250);
  });
});

function group(id: string, state: string): JsonObject {
  return { subscription_group_id: id, subscription_state: state };
}
