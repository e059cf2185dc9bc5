import type { Mapping } from "@braze-connectors/spec/mapping";
import fc from "fast-check";
import { ConnectorError } from "../airbyte/errors";
import { isObject, type Json, type JsonObject } from "../json";
import { applyMapping } from "./apply";
import { compileMapping } from "./compile";
import type { CompiledMapping } from "./compiled";

// Few names, so that they meet; among them all that mean something to JavaScript, to Braze or to paths.
const plain = fc.constantFrom("c", "d", "e", "f", "c.d", "e.0", "d.x");
const hostile = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "a.__proto__",
  "constructor.prototype",
  "email",
  "external_id",
  "gender",
  "_merge_objects",
  "crm_c",
);
const name = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: hostile });
const identifier = fc.record({
  field: fc.constantFrom("id", "id", "c.d", "__proto__"),
  as: fc.constantFrom("external_id", "email", "braze_id"),
});
const merge = fc.constantFrom("set", "sum", "add", "remove", "set_if_empty", "set_or_clear", "merge_object");
const field = fc.record({ field: name, as: name, merge: fc.oneof(fc.constant("set"), merge) });

const mapping = fc.record(
  {
    stream: fc.constant("s"),
    identifiers: fc.array(identifier, { minLength: 1, maxLength: 2 }),
    fields: fc.array(field, { minLength: 1, maxLength: 3 }),
    static: fc.array(fc.record({ as: name, value: fc.constantFrom("x", 1, true) }), { maxLength: 1 }),
    remaining: fc.record(
      { include: fc.boolean(), prefix: fc.constantFrom("", "crm_", "crm.") },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["stream", "identifiers", "fields"] },
) as fc.Arbitrary<Mapping>;

const scalar = fc.constantFrom<Json>(null, "", "x", "5", 5, 0.5, true);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.dictionary(name, scalar, { maxKeys: 2 }),
);
const record = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((entries) => {
  const columns: [string, Json][] = [["id", "7"], ...entries];
  return parsed(`{${columns.map((column) => column.map((part) => JSON.stringify(part)).join(":"))}}`);
});

const parsed = (text: string): JsonObject => JSON.parse(text);

function compiled(entry: Mapping, schema: JsonObject = {}): CompiledMapping | undefined {
  try {
    return compileMapping(entry, {
      position: "streams.0",
      stream: "s",
      object: "users",
      schema,
      nullValues: "clear",
    });
  } catch (error) {
    if (error instanceof ConnectorError && error.failureType === "config_error") return undefined;
    throw error;
  }
}

/** All plain values in a body with their paths; a list is one, too. */
const leaves = (body: Json, path: string[] = []): [path: string, leaf: Json][] =>
  isObject(body)
    ? Object.entries(body).flatMap(([key, child]) => leaves(child, [...path, key]))
    : [[JSON.stringify(path), body]];

/** All values in a record, of any depth, as JSON; numbers also as text, for identifiers are text. */
const valuesIn = (data: Json): string[] => [
  JSON.stringify(data),
  ...(typeof data === "number" ? [JSON.stringify(String(data))] : []),
  ...(typeof data === "object" && data !== null ? Object.values(data).flatMap(valuesIn) : []),
];

test("every mapping either is refused as a config_error or maps every record", () => {
  let mapped = 0;
  fc.assert(
    fc.property(mapping, record, (entry, data) => {
      const ready = compiled(entry);
      if (!ready) return;
      const before = JSON.stringify(data);
      const result = applyMapping(ready, data);
      expect(JSON.stringify(data)).toBe(before);
      if (result.reasons) {
        expect(result.reasons.length).toBeGreaterThan(0);
        return;
      }
      mapped += 1;
      expect(result.identifier).toBeDefined();
      expect(Object.keys(result.body)).toContain(result.identifier?.name);
      expect(Object.getPrototypeOf(result.body)).toBe(Object.prototype);
      expect(JSON.parse(JSON.stringify(result.body))).toEqual(result.body);
    }),
    { numRuns: 5000 },
  );
  expect(mapped).toBeGreaterThan(500);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("the targets of a mapping never meet: the order of its fields does not matter", () => {
  let compared = 0;
  fc.assert(
    fc.property(mapping, record, (entry, data) => {
      const turned = {
        ...entry,
        fields: entry.fields?.toReversed(),
        static: entry.static?.toReversed(),
      } as Mapping;
      const [forth, back] = [compiled(entry), compiled(turned)];
      expect(forth === undefined).toBe(back === undefined);
      if (!forth || !back) return;
      const [one, other] = [applyMapping(forth, data), applyMapping(back, data)];
      if (one.reasons || other.reasons) return;
      compared += 1;
      expect(new Map(leaves(other.body))).toEqual(new Map(leaves(one.body)));
      expect(other.setIfEmpty).toEqual(one.setIfEmpty);
    }),
    { numRuns: 5000 },
  );
  expect(compared).toBeGreaterThan(500);
});

test("nothing but own properties is read: what is mapped is in the record or in the mapping", () => {
  const withoutMerges = mapping.map((entry) => ({
    ...entry,
    fields: entry.fields?.map(({ field, as }) => ({ field, as })),
  }));
  fc.assert(
    fc.property(withoutMerges as fc.Arbitrary<Mapping>, record, (entry, data) => {
      const ready = compiled(entry);
      const result = ready && applyMapping(ready, data);
      if (!result || result.reasons) return;
      const fixed = (entry.static ?? []).map(({ value }) => value as Json);
      const known = new Set([...valuesIn(data), ...valuesIn(fixed)]);
      // Blank text may have become null.
      known.add("null");
      for (const [, leaf] of leaves(result.body)) expect([...known]).toContain(JSON.stringify(leaf));
    }),
    { numRuns: 5000 },
  );
});

test("a schema only ever adds complaints, and never changes what plain values become", () => {
  const schema = { properties: { a: { type: "object" }, b: { type: "string" } }, additionalProperties: true };
  fc.assert(
    fc.property(mapping, record, (entry, data) => {
      const withSchema = compiled(entry, schema);
      const without = compiled(entry);
      if (withSchema) expect(without).toBeDefined();
      if (!withSchema || !without) return;
      expect(applyMapping(withSchema, data)).toEqual(applyMapping(without, data));
    }),
    { numRuns: 2000 },
  );
});
