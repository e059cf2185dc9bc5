import type { JsonObject } from "@braze-connectors/shared/json";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import { settingsOf } from "../settings";
import { parseLine } from "./json-line";
import { recordMaker } from "./record";
import { type RecordShape, shapeOf } from "./shape";

type Choice = NonNullable<BrazeSourceConfig["segment_export"]>;

const shape = (segment_export: Choice, columns?: string[]): RecordShape =>
  shapeOf(settingsOf({ url: "https://a.b", api_key: "key", segment_export }).segmentExport, columns);
const asked = (choice: Choice, columns?: string[]) => {
  const { fields, customAttributes } = shape(choice, columns).selection;
  return { fields: fields.sort(), customAttributes: customAttributes?.toSorted() };
};

const facts = { segmentId: "seg", segmentName: "VIPs", exportedAt: "2026-01-02T03:04:05.000Z" };
const line = parseLine(
  Buffer.from(
    '{"braze_id":"b","email":"e","phone":"p","custom_attributes":{"points":5,"plan":"x"},"devices":[{"model":"m"}]}',
  ),
);
const record = (choice: Choice, columns?: string[]): JsonObject =>
  JSON.parse(recordMaker(facts, shape(choice, columns)).ofUser(line));

const named: SourceMapping = {
  identifiers: [{ field: "external_id", as: "customer" }],
  fields: [
    { field: "email", as: "contact.mail" },
    { field: "custom_attributes.points", as: "points" },
    { field: "devices.0.model", as: "model" },
  ],
  static: [{ as: "origin", value: "braze" }],
};
const key = { segment_id: "seg", braze_id: "b" };
const { exportedAt: exported_at } = facts;

describe("a mapping with named fields", () => {
  test("asks for what they come from, custom attributes by name", () => {
    expect(asked({ mapping: named })).toEqual({
      fields: ["braze_id", "devices", "email", "external_id"],
      customAttributes: ["points"],
    });
  });

  test("asks only for what the selected columns come from", () => {
    expect(asked({ mapping: named }, ["contact", "origin"])).toEqual({
      fields: ["braze_id", "email"],
      customAttributes: undefined,
    });
  });

  test("asks for every identifier when one of them is selected, for the first with a value counts", () => {
    const identifiers = [
      { field: "external_id", as: "customer" },
      { field: "user_aliases", as: "device", label: "device_id" },
    ];
    expect(asked({ mapping: { identifiers } }, ["device"]).fields).toEqual([
      "braze_id",
      "external_id",
      "user_aliases",
    ]);
  });

  test("makes records of them, with the key and what is selected", () => {
    expect(record({ mapping: named })).toEqual({
      ...key,
      exported_at,
      contact: { mail: "e" },
      points: 5,
      model: "m",
      origin: "braze",
    });
    expect(record({ mapping: named }, ["contact"])).toEqual({ ...key, contact: { mail: "e" } });
  });

  test("asks for all custom attributes when dots leave open which one is meant", () => {
    const mapping = { fields: [{ field: "custom_attributes.a.b", as: "x" }] };
    expect(asked({ mapping })).toEqual({
      fields: ["braze_id", "custom_attributes"],
      customAttributes: undefined,
    });
  });

  test("passes on, and compares, nothing but what it reads", () => {
    const { passesOn } = shape({ mapping: named }, ["contact"]);
    expect(["email", "phone", "segment_id", "braze_id", "custom_attributes"].filter(passesOn)).toEqual([
      "email",
      "braze_id",
    ]);
  });
});

describe("a mapping with the remaining fields", () => {
  const remaining = (prefix: string): SourceMapping => ({ ...named, remaining: { include: true, prefix } });

  test("asks for everything when everything is selected", () => {
    const { fields, customAttributes } = asked({ mapping: remaining("b_") });
    expect(fields).toEqual(expect.arrayContaining(["custom_attributes", "phone", "user_aliases"]));
    expect(customAttributes).toBeUndefined();
    expect(record({ mapping: remaining("b_") })).toMatchObject({ b_phone: "p", b_plan: "x", points: 5 });
  });

  test("takes selected columns that are nobody else's for custom attributes", () => {
    const columns = ["braze_id", "segment_id", "origin", "points", "b_phone", "b_plan", "b_my attribute"];
    expect(asked({ mapping: remaining("b_") }, columns)).toEqual({
      fields: ["braze_id", "phone"],
      customAttributes: ["my attribute", "plan", "points"],
    });
    expect(record({ mapping: remaining("b_") }, columns)).toEqual({
      ...key,
      origin: "braze",
      points: 5,
      b_phone: "p",
      b_plan: "x",
    });
  });

  test("without prefix, likewise", () => {
    expect(asked({ mapping: remaining("") }, ["phone", "plan"])).toEqual({
      fields: ["braze_id", "phone"],
      customAttributes: ["plan"],
    });
  });

  test("that nest asks for all that may be in there", () => {
    const { fields } = asked({ mapping: remaining("braze.") }, ["braze"]);
    expect(fields).toEqual(expect.arrayContaining(["custom_attributes", "phone"]));
    expect(asked({ mapping: remaining("braze.") }, ["origin"])).toEqual({
      fields: ["braze_id"],
      customAttributes: undefined,
    });
  });

  test("exports only the custom attributes that the config names", () => {
    const choice = { mapping: remaining("b_"), custom_attributes: ["points", "plan"] };
    expect(asked(choice, ["b_plan", "b_other"]).customAttributes).toEqual(["plan"]);
    expect(asked(choice, ["b_other"])).toEqual({ fields: ["braze_id"], customAttributes: undefined });
  });
});

test.each<[string, Choice]>([
  ["a field that is not exported", { fields: ["email"], mapping: { fields: [{ field: "phone", as: "x" }] } }],
  [
    "a custom attribute that is not exported",
    { custom_attributes: ["a"], mapping: { fields: [{ field: "custom_attributes.b", as: "x" }] } },
  ],
  ["a target that is the key", { mapping: { fields: [{ field: "email", as: "braze_id" }] } }],
  ["a target that tells who left", { mapping: { fields: [{ field: "email", as: "left_segment_at" }] } }],
])("a mapping of %s is a config_error", async (_, choice) => {
  const error = await thrownBy(() => shape(choice));
  expect(error.failureType).toBe("config_error");
  expect(error.message).toContain("segment_export.mapping.fields.0");
});

test("the fingerprint tells columns and mappings apart, but not the order of columns", () => {
  const { fingerprint } = shape({}, ["email", "phone"]);
  expect(shape({}, ["phone", "email"]).fingerprint).toBe(fingerprint);
  expect(shape({}, ["email"]).fingerprint).not.toBe(fingerprint);
  expect(shape({}).fingerprint).not.toBe(fingerprint);
  expect(shape({ custom_attributes: ["a"] }, ["email", "phone"]).fingerprint).not.toBe(fingerprint);
  const mapped = shape({ mapping: named }).fingerprint;
  expect(shape({ mapping: { ...named, static: [] } }).fingerprint).not.toBe(mapped);
  expect(shape({ mapping: named }, ["points"]).fingerprint).not.toBe(mapped);
});

test("who left keeps the key, the columns about the segment, and the values that all records have", () => {
  const leaver = (choice: Choice, columns?: string[]): JsonObject =>
    JSON.parse(recordMaker(facts, shape(choice, columns)).ofLeaver("b"));
  const left_segment_at = facts.exportedAt;
  expect(leaver({})).toEqual({ ...key, exported_at, segment_name: "VIPs", left_segment_at });
  expect(leaver({ mapping: named })).toEqual({ ...key, exported_at, left_segment_at, origin: "braze" });
  expect(shape({ mapping: named }, ["origin"]).tellsLeavers).toBe(false);
  expect(shape({}, ["left_segment_at"]).tellsLeavers).toBe(true);
});
