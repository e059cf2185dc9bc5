import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import segmentUsers from "@braze-connectors/spec/schemas/streams/segment_users";
import type { JsonObject } from "../json";
import { thrownBy } from "../testing/thrown";
import { isEmptyMapping } from "./entry";
import { compileProjection, type ProjectionContext } from "./projection";
import { schemaOf } from "./testing";

const schema: JsonObject = {
  ...schemaOf({
    segment_id: { type: "string" },
    braze_id: { type: "string" },
    external_id: { type: ["null", "string"] },
    email: { type: ["null", "string"] },
    user_aliases: { type: ["null", "array"], items: { type: "object" } },
    custom_attributes: {
      type: ["null", "object"],
      properties: { points: { type: ["null", "integer"] }, email: { type: "boolean" } },
    },
  }),
  required: ["segment_id", "braze_id"],
};

const compile = (mapping: SourceMapping, context: Partial<ProjectionContext> = {}) =>
  compileProjection(mapping, {
    position: "segment_export.mapping",
    stream: "segment_users",
    schema,
    keep: ["segment_id", "braze_id"],
    spreadColumns: new Set(["custom_attributes"]),
    ...context,
  });

const user: JsonObject = {
  segment_id: "s",
  braze_id: "b",
  external_id: "e",
  email: null,
  user_aliases: [{ alias_name: "d1", alias_label: "device" }],
  custom_attributes: { points: 5, email: true, "a.b": "2024-01-05 10:00:00" },
};

test("records keep their key, and get the mapped columns", () => {
  const { apply } = compile({
    identifiers: [
      { field: "user_aliases", as: "device", label: "device" },
      { field: "external_id", as: "customer" },
    ],
    fields: [
      { field: "custom_attributes.points", as: "loyalty.points" },
      { field: "email", as: "mail" },
      { field: "home_city", as: "city" },
    ],
    static: [{ as: "origin", value: "braze" }],
  });
  expect(apply(user)).toEqual({
    segment_id: "s",
    braze_id: "b",
    device: "d1",
    loyalty: { points: 5 },
    mail: null,
    origin: "braze",
  });
  expect(apply({ ...user, user_aliases: [] })).toMatchObject({ customer: "e" });
  expect(apply({ segment_id: "s", braze_id: "b" })).toEqual({
    segment_id: "s",
    braze_id: "b",
    origin: "braze",
  });
});

test("remaining columns get the prefix, custom attributes as columns of their own, values as they were", () => {
  const { apply } = compile({
    fields: [{ field: "custom_attributes.points", as: "points" }],
    remaining: { include: true, prefix: "braze_" },
  });
  expect(apply(user)).toEqual({
    segment_id: "s",
    braze_id: "b",
    points: 5,
    braze_external_id: "e",
    braze_email: null,
    braze_user_aliases: user.user_aliases,
    "braze_a.b": "2024-01-05 10:00:00",
  });
});

test("the schema is that of the mapped records", () => {
  const projection = compile({
    identifiers: [{ field: "user_aliases", as: "device", label: "device" }],
    fields: [
      { field: "custom_attributes.points", as: "loyalty.points" },
      { field: "braze_id", as: "braze_id" },
    ],
    static: [{ as: "origin", value: "braze" }],
    remaining: { include: true, prefix: "x_" },
  });
  expect(projection.schema).toEqual({
    type: "object",
    required: ["segment_id", "braze_id"],
    additionalProperties: true,
    properties: {
      segment_id: { type: "string" },
      braze_id: { type: "string" },
      device: { type: ["null", "string"] },
      loyalty: { type: "object", properties: { points: { type: ["null", "integer"] } } },
      origin: { type: "string" },
      x_external_id: { type: ["null", "string"] },
      x_email: { type: ["null", "string"] },
    },
  });
  expect(compile({ fields: [{ field: "email", as: "mail" }] }).schema).toMatchObject({
    additionalProperties: false,
  });
});

test("the schema of segment_users can be mapped", () => {
  const { schema: mapped } = compile(
    { remaining: { include: true, prefix: "braze_" } },
    { schema: segmentUsers as JsonObject, keep: ["segment_id", "braze_id", "exported_at"] },
  );
  expect(mapped.properties).toMatchObject({
    segment_id: { type: "string" },
    exported_at: { format: "date-time" },
    braze_dob: { format: "date" },
  });
});

describe("what is not consistent", () => {
  test.each<[string, SourceMapping, string]>([
    [
      "a column of the key",
      { fields: [{ field: "email", as: "braze_id" }] },
      '"segment_export.mapping.fields.0" writes to "braze_id", as the column "braze_id" itself does',
    ],
    [
      "a part of the key, even if it is the key",
      { fields: [{ field: "braze_id", as: "braze_id.x" }] },
      '"segment_export.mapping.fields.0" writes to "braze_id.x"',
    ],
    [
      "an identifier as the key",
      { identifiers: [{ field: "email", as: "braze_id" }] },
      '"segment_export.mapping.identifiers.0" writes to "braze_id"',
    ],
    [
      "two fields onto one",
      {
        fields: [
          { field: "email", as: "x" },
          { field: "dob", as: "x" },
        ],
      },
      '"segment_export.mapping.fields.1" writes to "x"',
    ],
    [
      "a remaining column onto the key",
      { remaining: { include: true, prefix: "braze_" } },
      'the column "id" to "braze_id"',
    ],
    ["a merge", { fields: [{ field: "email", as: "x", merge: "sum" }] }, 'asks for "sum"'],
  ])("%s", async (_, mapping, expected) => {
    const columns = schemaOf({ segment_id: {}, braze_id: {}, id: {} });
    const error = await thrownBy(() => compile(mapping, { schema: columns }));
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain(expected);
  });
});

test("a mapping that says nothing is told from one that does", () => {
  expect(isEmptyMapping({})).toBe(true);
  expect(isEmptyMapping({ identifiers: [], fields: [], static: [], remaining: { include: false } })).toBe(
    true,
  );
  expect(isEmptyMapping({ static: [{ as: "x", value: 1 }] })).toBe(false);
  expect(isEmptyMapping({ remaining: { include: true } })).toBe(false);
});
