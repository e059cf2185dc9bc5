import type { Mapping } from "@braze-connectors/spec/mapping";
import mappingSchema from "@braze-connectors/spec/schemas/mapping";
import sourceMappingSchema from "@braze-connectors/spec/schemas/mapping-source";
import { thrownBy } from "../testing/thrown";
import type { MappingContext } from "./compile";
import { compile, schemaOf } from "./testing";

type Entry = Parameters<typeof compile>[0];

async function complaint(entry: Entry, context: Partial<MappingContext> = {}): Promise<string> {
  const error = await thrownBy(() => compile(entry, context));
  expect(error.failureType).toBe("config_error");
  return error.message;
}

const field = (as: string, merge?: NonNullable<Mapping["fields"]>[number]["merge"], from = "a") => ({
  field: from,
  as,
  ...(merge ? { merge } : {}),
});
const closed = schemaOf(
  {
    id: { type: "string" },
    a: { type: ["null", "string"] },
    o: { type: "object", properties: { x: {} }, additionalProperties: false },
    list: { type: "array", items: { type: "object", properties: { x: {} }, additionalProperties: false } },
  },
  false,
);

test("the complaint names the stream, the object, and every key at fault", async () => {
  const entry: Entry = { fields: [field("x"), field("x", undefined, "b"), field("email", "sum")] };
  expect(await complaint(entry)).toBe(
    'The mapping of the stream "contacts" to users is not consistent: "streams.0.fields.1" writes to "x", as "streams.0.fields.0" does; "streams.0.fields.2" asks for "sum" on "email", a profile field of Braze, but only custom attributes can be merged so.',
  );
});

describe("two values in one place", () => {
  test.each<[string, Entry, string]>([
    [
      "two fields",
      { fields: [field("x"), field("x")] },
      '"streams.0.fields.1" writes to "x", as "streams.0.fields.0" does',
    ],
    [
      "a part of what is taken",
      { fields: [field("x"), field("x.y", "merge_object")] },
      '"streams.0.fields.1" writes to "x.y", as',
    ],
    [
      "the whole of which a part is taken",
      { fields: [field("x.y"), field("x")] },
      '"streams.0.fields.1" writes to "x", as',
    ],
    [
      "a static value",
      { fields: [field("x")], static: [{ as: "x", value: 1 }] },
      '"streams.0.static.0" writes to "x", as "streams.0.fields.0" does',
    ],
    [
      "a value that is only for empty ones",
      { fields: [field("x"), field("x", "set_if_empty")] },
      '"streams.0.fields.1" writes to "x"',
    ],
    [
      "an identifier and another field",
      { identifiers: [{ field: "mail", as: "email" }], fields: [field("email")] },
      '"streams.0.fields.0" writes to "email", as "streams.0.identifiers.0" does',
    ],
    [
      "one of several identifiers and a field",
      {
        identifiers: [
          { field: "m1", as: "email" },
          { field: "m2", as: "email" },
        ],
        fields: [field("email", undefined, "m1")],
      },
      '"streams.0.fields.0" writes to "email", as "streams.0.identifiers.1" does',
    ],
  ])("%s", async (_, entry, expected) => {
    expect(await complaint(entry)).toContain(expected);
  });

  test.each<[string, Entry]>([
    ["an escaped dot is no part", { fields: [field("x"), field("x\\.y")] }],
    ["parts side by side", { fields: [field("x.y"), field("x.z")] }],
    [
      "an identifier and its own field",
      { identifiers: [{ field: "m", as: "email" }], fields: [field("email", undefined, "m")] },
    ],
    [
      "several ways to one identifier",
      {
        identifiers: [
          { field: "i", as: "external_id" },
          { field: "j", as: "external_id" },
        ],
        fields: [field("x")],
      },
    ],
  ])("but not %s", (_, entry) => {
    expect(() => compile(entry)).not.toThrow();
  });

  const schema = schemaOf({ id: {}, crm_x: {}, x: {}, email: {}, external_id: {} });
  test.each<[string, Entry, string]>([
    ["a field", { fields: [field("x")] }, 'the column "x" to "x", as "streams.0.fields.0" does'],
    [
      "a static value",
      { static: [{ as: "x", value: 1 }] },
      'the column "x" to "x", as "streams.0.static.0" does',
    ],
    [
      "an identifier",
      { identifiers: [{ field: "id", as: "email" }] },
      'the column "email" to "email", as "streams.0.identifiers.0" does',
    ],
  ])("a remaining column and %s", async (_, entry, expected) => {
    expect(await complaint({ ...entry, remaining: { include: true } }, { schema })).toContain(expected);
  });

  test("a prefix makes and mends collisions", async () => {
    const fields = [field("crm_x", undefined, "crm_x")];
    const remaining = (prefix: string) => ({ fields, remaining: { include: true, prefix } });
    expect(await complaint(remaining("crm_"), { schema })).toContain('the column "x" to "crm_x"');
    expect(() => compile(remaining("new_"), { schema })).not.toThrow();
  });
});

describe("fields that the stream does not have", () => {
  test.each(["b", "o.y", "list.0.y", "a.b.c", "__proto__", "toString"])("%s", async (from) => {
    expect(await complaint({ fields: [field("x", undefined, from)] }, { schema: closed })).toContain(
      `"streams.0.fields.0" names the field "${from}", which the stream does not have`,
    );
  });

  test("an identifier, too", async () => {
    const identifiers = [{ field: "uid", as: "external_id" as const }];
    expect(await complaint({ identifiers, fields: [field("x")] }, { schema: closed })).toContain(
      '"streams.0.identifiers.0" names the field "uid"',
    );
  });

  test.each(["o.x", "list.0.x", "a", "id"])("but it does have %s", (from) => {
    expect(() => compile({ fields: [field("x", undefined, from)] }, { schema: closed })).not.toThrow();
  });

  test("an open schema rules nothing out, but what it does not mention is told", () => {
    const schema = schemaOf({ id: {}, a: { type: "object" }, "b.c": {} });
    const fields = ["id", "a.x", "b.c", "emial"].map((from, index) => field(`x${index}`, undefined, from));
    expect(compile({ fields }, { schema }).unknownFields).toEqual(["a.x", "emial"]);
  });
});

describe("merges", () => {
  test.each<[string, Entry, string]>([
    ["sum of a profile field", { fields: [field("first_name", "sum")] }, "only custom attributes"],
    ["add to a profile field", { fields: [field("subscription_groups", "add")] }, "only custom attributes"],
    ["remove from a profile field", { fields: [field("push_tokens", "remove")] }, "only custom attributes"],
    [
      "merge of a profile field",
      { fields: [field("current_location", "merge_object")] },
      "only custom attributes",
    ],
    [
      "sum of a part",
      { fields: [field("x.y", "sum")] },
      "a part of a nested attribute can only be set or merged",
    ],
    ["clearing of a part", { fields: [field("x.y", "set_or_clear")] }, "a part of a nested attribute"],
    ["filling of a part", { fields: [field("x.y", "set_if_empty")] }, "a part of a nested attribute"],
    [
      "an object set beside merged ones",
      { fields: [field("x", "merge_object"), field("y.z")] },
      '"streams.0.fields.1" sets "y.z", which would be merged',
    ],
    [
      "a static part beside merged ones",
      { fields: [field("x", "merge_object")], static: [{ as: "y.z", value: 1 }] },
      '"streams.0.static.0" sets "y.z"',
    ],
    [
      "sum of remaining columns under a part",
      { remaining: { include: true, prefix: "x.", merge: "sum" } },
      '"streams.0.remaining" asks for "sum" on "x.*"',
    ],
  ])("%s", async (_, entry, expected) => {
    expect(await complaint(entry)).toContain(expected);
  });

  const schema = schemaOf({
    id: {},
    text: { type: ["null", "string"] },
    object: { type: "object" },
    number: { type: "number" },
    either: { type: ["string", "integer"] },
  });
  test.each([
    ["sum", "text"],
    ["sum", "object"],
    ["add", "object"],
    ["remove", "object"],
    ["merge_object", "text"],
    ["merge_object", "number"],
  ] as const)("%s of a column that never fits it: %s", async (merge, from) => {
    expect(await complaint({ fields: [field("x", merge, from)] }, { schema })).toMatch(
      /never fit|no objects/,
    );
  });

  test.each([
    ["sum", "number"],
    ["sum", "either"],
    ["sum", "unknown"],
    ["add", "text"],
    ["merge_object", "object"],
  ] as const)("but %s of %s may fit", (merge, from) => {
    expect(() => compile({ fields: [field("x", merge, from)] }, { schema })).not.toThrow();
  });

  test("an object column set beside merged ones", async () => {
    const fields = [field("x", "merge_object", "object"), field("y", undefined, "object")];
    expect(await complaint({ fields }, { schema })).toContain('"streams.0.fields.1" sets "y"');
    const remaining = { include: true };
    const columns = schemaOf({ id: {}, other: { type: "object" } });
    expect(
      await complaint({ fields: [field("x", "merge_object")], remaining }, { schema: columns }),
    ).toContain('"streams.0.remaining" sets "other"');
    const merged = { include: true, merge: "merge_object" as const };
    expect(() =>
      compile({ fields: [field("x", "merge_object")], remaining: merged }, { schema: columns }),
    ).not.toThrow();
  });

  test("remaining columns that do not fit", async () => {
    const columns = schemaOf({ id: {}, n: { type: "integer" }, name: { type: "string" }, email: {} });
    const message = await complaint({ remaining: { include: true, merge: "sum" } }, { schema: columns });
    expect(message).toContain('asks for "sum" on "name", which the values of that column never fit');
    expect(message).toContain('asks for "sum" on "email", a profile field');
    expect(message).not.toContain('"n"');
  });

  test.each(["events", "purchases", "catalog_items/shoes"])(
    "only users have them, not %s",
    async (object) => {
      const entry = {
        fields: [field("properties.x", "sum")],
        remaining: { include: true, merge: "add" as const },
      };
      const message = await complaint(entry, { object });
      expect(message).toContain('"streams.0.fields.0" asks for "sum", but only users can be merged with');
      expect(message).toContain('"streams.0.remaining" asks for "add", but only users can be merged with');
    },
  );
});

describe("targets that are none", () => {
  test.each<[string, string, string]>([
    ["users", "external_id", 'which says whose record it is: name it under "identifiers"'],
    ["users", "user_alias.alias_name", 'name it under "identifiers"'],
    ["users", "_merge_objects", 'use "merge": "merge_object" instead'],
    ["users", "first_name.x", '"first_name" has no parts'],
    ["users", "gender.x", '"gender" has no parts'],
    ["users", "a..b", "in which a name is empty"],
    ["users", "a.", "in which a name is empty"],
    ["events", "email", 'name it under "identifiers"'],
    ["events", "total", 'which events do not have; they could have "properties.total"'],
    ["events", "time.zone", '"time" has no parts'],
  ])("%s: %s", async (object, as, expected) => {
    expect(await complaint({ fields: [field(as)] }, { object })).toContain(expected);
  });

  test("the prefix of remaining columns", async () => {
    expect(await complaint({ remaining: { include: true, prefix: ".x" } })).toContain(
      "in which a name is empty",
    );
  });
});

describe("identifiers", () => {
  test.each<[string, Entry, string]>([
    ["none", { identifiers: [], fields: [field("x")] }, '"streams.0" has no "identifiers"'],
    [
      "an unknown one",
      { identifiers: [{ field: "id", as: "id" as "email" }], fields: [field("x")] },
      '"streams.0.identifiers.0" names "id", which is none of Braze\'s identifiers',
    ],
    [
      "an alias without label",
      { identifiers: [{ field: "d", as: "user_alias" }], fields: [field("x")] },
      'needs a "label"',
    ],
    [
      "a label without alias",
      { identifiers: [{ field: "d", as: "email", label: "x" }], fields: [field("x")] },
      "only a user_alias can have",
    ],
    [
      "a phone number that Braze would not identify by",
      { identifiers: [{ field: "p", as: "phone" }], fields: [field("email")] },
      '"streams.0.identifiers.0" identifies by phone',
    ],
    [
      "a phone number before the address",
      {
        identifiers: [
          { field: "p", as: "phone" },
          { field: "e", as: "email" },
        ],
        fields: [field("email", undefined, "e")],
      },
      '"streams.0.identifiers.0" identifies by phone',
    ],
  ])("%s", async (_, entry, expected) => {
    expect(await complaint(entry)).toContain(expected);
  });

  test("email before phone is fine", () => {
    const identifiers = [
      { field: "e", as: "email" as const },
      { field: "p", as: "phone" as const },
    ];
    expect(() => compile({ identifiers, fields: [field("email", undefined, "e")] })).not.toThrow();
  });
});

describe("an entry as a whole", () => {
  test("writes something", async () => {
    expect(await complaint({})).toContain('"streams.0" writes nothing');
    expect(await complaint({ remaining: { include: false } })).toContain("writes nothing");
  });

  test("says what Braze must know of events and purchases", async () => {
    expect(await complaint({ fields: [field("name")] }, { object: "events" })).toContain(
      'does not say what "time" is',
    );
    const message = await complaint({ remaining: { include: true } }, { object: "purchases" });
    for (const name of ["product_id", "currency", "price", "time"])
      expect(message).toContain(`what "${name}" is`);
  });
});

describe("static values", () => {
  test.each<[string, string, NonNullable<Mapping["static"]>[number]["value"]]>([
    ["users", "gender", "weiblich"],
    ["users", "email_open_tracking_disabled", "yes"],
    ["users", "first_name", true],
    ["users", "current_location", "here"],
    ["purchases", "price", "free"],
    ["purchases", "quantity", 1.5],
    ["purchases", "currency", "euro"],
    ["events", "properties", ["x"]],
  ])("%s: %s can't be %j", async (object, as, value) => {
    expect(await complaint({ static: [{ as, value }] }, { object })).toContain(
      `"streams.0.static.0" gives "${as}" the value ${JSON.stringify(value)}, which it can't have`,
    );
  });

  test.each<[string, NonNullable<Mapping["static"]>[number]["value"]]>([
    ["gender", "male"],
    ["first_name", "Ann"],
    ["country", "be"],
    ["anything", ["a", 1, true]],
    ["anything", false],
  ])("%s may be %j", (as, value) => {
    expect(() => compile({ static: [{ as, value }] })).not.toThrow();
  });
});

test("columns that do not travel are told", () => {
  const schema = schemaOf({ id: {}, a: {}, b: {}, external_id: {}, devices: {}, custom_attributes: {} });
  const context = {
    schema,
    excludedColumns: new Set(["devices"]),
    spreadColumns: new Set(["custom_attributes"]),
  };
  const fields = [field("x")];
  expect(compile({ fields }, context).ignoredColumns).toEqual([
    "b",
    "external_id",
    "devices",
    "custom_attributes",
  ]);
  const all = { fields, remaining: { include: true } };
  expect(compile(all, context).ignoredColumns).toEqual(["external_id", "devices"]);
});

test("a source's mapping has the keys of a destination's, except where they make no sense", () => {
  const keys = (schema: { properties: object }) => Object.keys(schema.properties);
  const { stream: _, object: __, ...shared } = mappingSchema.properties;
  expect(keys(sourceMappingSchema)).toEqual(Object.keys(shared));
  for (const name of ["identifiers", "fields", "static"] as const) {
    const own = keys(mappingSchema.properties[name].items).filter((key) => key !== "merge");
    expect(keys(sourceMappingSchema.properties[name].items)).toEqual(own);
  }
  expect(keys(sourceMappingSchema.properties.remaining)).toEqual(["include", "prefix"]);
});
