import destination from "@braze-connectors/spec/schemas/destination-braze";
import source from "@braze-connectors/spec/schemas/source-braze";
import type { Schema } from "./schema-walk";
import { incompatibilities } from "./spec-compatibility";

const none = { title: "None", type: "object", properties: { storage_type: { const: "None" } } };
const s3 = {
  title: "S3",
  type: "object",
  required: ["storage_type", "bucket"],
  properties: { storage_type: { const: "S3" }, bucket: { type: "string" } },
};
const before: Schema = {
  type: "object",
  required: ["url"],
  additionalProperties: true,
  properties: {
    url: { type: "string", title: "URL", pattern: "^http", order: 0 },
    limit: { type: "integer", minimum: 1, maximum: 75 },
    mode: { type: "string", enum: ["some", "all"] },
    names: { type: ["array", "null"], items: { type: "string" } },
    storage: { type: "object", oneOf: [none, s3] },
    anything: {},
  },
};

/** The specification with some properties replaced. */
const withProperties = (changed: object): Schema => ({
  ...before,
  properties: { ...(before.properties as object), ...changed },
});

test.each<[string, Schema]>([
  ["nothing", before],
  ["a new optional key", withProperties({ more: { type: "string" } })],
  [
    "another title",
    withProperties({ url: { type: "string", title: "Address", pattern: "^http", order: 3 } }),
  ],
  ["wider bounds", withProperties({ limit: { type: "number", minimum: 0 } })],
  ["one value more", withProperties({ mode: { type: "string", enum: ["some", "all", "none"] } })],
  ["any value", withProperties({ mode: { type: "string" } })],
  ["any pattern", withProperties({ url: { type: "string" } })],
  [
    "one variant more, in another order",
    withProperties({
      storage: {
        type: "object",
        oneOf: [{ type: "object", properties: { storage_type: { const: "Local" } } }, s3, none],
      },
    }),
  ],
  ["nothing required", { ...before, required: [] }],
])("%s breaks no config", (_, after) => {
  expect(incompatibilities(before, after)).toEqual([]);
});

test.each<[string, Schema, string]>([
  ["a removed key", withProperties({ mode: undefined }), "mode is no longer there."],
  ["a newly required key", { ...before, required: ["url", "mode"] }, "The config must have mode now."],
  ["another type", withProperties({ limit: { type: "string" } }), "limit may no longer be of type integer."],
  [
    "no null",
    withProperties({ names: { type: "array", items: { type: "string" } } }),
    "names may no longer be of type null.",
  ],
  ["a type", withProperties({ anything: { type: "object" } }), "anything may no longer be of any type."],
  [
    "fewer values",
    withProperties({ mode: { type: "string", enum: ["all"] } }),
    'mode may no longer be "some".',
  ],
  [
    "a list of values",
    withProperties({ url: { type: "string", pattern: "^http", enum: ["http://a"] } }),
    'url may no longer have any value but "http://a".',
  ],
  [
    "a higher minimum",
    withProperties({ limit: { type: "integer", minimum: 2, maximum: 75 } }),
    "limit has a tighter minimum: 2.",
  ],
  [
    "a lower maximum",
    withProperties({ limit: { type: "integer", minimum: 1, maximum: 50 } }),
    "limit has a tighter maximum: 50.",
  ],
  [
    "another pattern",
    withProperties({ url: { type: "string", pattern: "^https" } }),
    "url has another pattern: ^https.",
  ],
  [
    "a format",
    withProperties({ mode: { type: "string", enum: ["some", "all"], format: "date" } }),
    "mode has another format: date.",
  ],
  [
    "another type of items",
    withProperties({ names: { type: ["array", "null"], items: { type: "integer" } } }),
    "names[] may no longer be of type string.",
  ],
  [
    "distinct items",
    withProperties({ names: { type: ["array", "null"], items: { type: "string" }, uniqueItems: true } }),
    "names may no longer hold an item twice.",
  ],
  [
    "a removed variant",
    withProperties({ storage: { type: "object", oneOf: [none] } }),
    "storage no longer has the variant S3.",
  ],
  [
    "a variant that needs more",
    withProperties({
      storage: { type: "object", oneOf: [none, { ...s3, required: [...s3.required, "region"] }] },
    }),
    "storage(S3) must have region now.",
  ],
  [
    "variants",
    withProperties({ url: { type: "string", pattern: "^http", oneOf: [{ type: "string" }] } }),
    "url has variants now.",
  ],
  ["no other keys", { ...before, additionalProperties: false }, "The config may no longer have other keys."],
])("%s may break a config", (_, after, expected) => {
  expect(incompatibilities(before, after)).toEqual([expected]);
});

test.each([
  ["source-braze", source],
  ["destination-braze", destination],
])("%s is compatible with itself", (_, schema) => {
  expect(incompatibilities(schema, schema)).toEqual([]);
});
