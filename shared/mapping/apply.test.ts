import type { JsonObject } from "../json";
import { applyMapping } from "./apply";
import { attributes, compile, map, schemaOf } from "./testing";

describe("the example of the design", () => {
  const compiled = compile({
    identifiers: [
      { field: "id", as: "external_id" },
      { field: "device", as: "user_alias", label: "device_id" },
    ],
    fields: [
      { field: "email", as: "email" },
      { field: "points", as: "loyalty_points", merge: "sum" },
      { field: "tags", as: "interests", merge: "add" },
      { field: "dob", as: "dob", merge: "set_if_empty" },
      { field: "nick", as: "nickname", merge: "set_or_clear" },
      { field: "address.city", as: "home_city" },
    ],
    static: [{ as: "source_system", value: "crm" }],
    remaining: { include: true, prefix: "crm_", merge: "set" },
  });

  test("maps a record", () => {
    const record = {
      id: "u1",
      device: "d1",
      email: "ann@example.com",
      points: 5,
      tags: ["tea"],
      dob: "1980-12-21T00:00:00Z",
      nick: "An",
      address: { city: "Ghent", zip: "9000" },
      tier: "gold",
    };
    expect(applyMapping(compiled, record)).toEqual({
      identifier: { name: "external_id", value: "u1" },
      body: {
        external_id: "u1",
        email: "ann@example.com",
        loyalty_points: { inc: 5 },
        interests: { add: ["tea"] },
        nickname: "An",
        home_city: "Ghent",
        source_system: "crm",
        crm_tier: "gold",
      },
      setIfEmpty: { dob: "1980-12-21" },
    });
  });

  test("the columns that a host adds to every record are not among the remaining ones", () => {
    const record = { id: "u1", tier: "gold", _airbyte_raw_id: "r", _airbyte_meta: {} };
    const { body = {} } = applyMapping(compiled, record) as { body?: JsonObject };
    expect(body).toEqual({ external_id: "u1", crm_tier: "gold", nickname: null, source_system: "crm" });
  });

  test("maps a record that has next to nothing", () => {
    expect(applyMapping(compiled, { device: "d1" })).toEqual({
      identifier: { name: "user_alias", value: { alias_name: "d1", alias_label: "device_id" } },
      body: {
        user_alias: { alias_name: "d1", alias_label: "device_id" },
        nickname: null,
        source_system: "crm",
      },
      setIfEmpty: undefined,
    });
  });
});

describe("identifiers", () => {
  const entry = {
    identifiers: [
      { field: "id", as: "external_id" as const },
      { field: "old.id", as: "external_id" as const },
      { field: "aliases", as: "user_alias" as const, label: "device" },
      { field: "mail", as: "email" as const },
    ],
    static: [{ as: "x", value: 1 }],
  };
  const identifierOf = (record: JsonObject) => applyMapping(compile(entry), record);

  test.each<[string, JsonObject, unknown]>([
    ["the first with a value", { id: "a", mail: "m@x" }, { name: "external_id", value: "a" }],
    ["not null", { id: null, mail: "m@x" }, { name: "email", value: "m@x" }],
    ["not empty text", { id: "", old: { id: "b" } }, { name: "external_id", value: "b" }],
    ["zero is a value", { id: 0 }, { name: "external_id", value: "0" }],
    ["a number as text", { id: 12 }, { name: "external_id", value: "12" }],
    ["an address without its blanks", { mail: " m@x " }, { name: "email", value: "m@x" }],
    ["an external_id with its blanks", { id: " a " }, { name: "external_id", value: " a " }],
    [
      "the alias with the label",
      {
        aliases: [
          { alias_name: "n1", alias_label: "shop" },
          { alias_name: "n2", alias_label: "device" },
        ],
      },
      { name: "user_alias", value: { alias_name: "n2", alias_label: "device" } },
    ],
    [
      "no single alias with another label",
      { aliases: { alias_name: "n1", alias_label: "shop" }, mail: "m@x" },
      { name: "email", value: "m@x" },
    ],
    [
      "no alias with another label",
      { aliases: [{ alias_name: "n1", alias_label: "shop" }], mail: "m@x" },
      { name: "email", value: "m@x" },
    ],
  ])("%s", (_, record, identifier) => {
    expect(identifierOf(record)).toMatchObject({ identifier });
  });

  test("without any the record is rejected", () => {
    expect(identifierOf({ id: null, aliases: [], mail: " " })).toEqual({
      reasons: [
        {
          code: "missing_identifier",
          message: "The record has no value in any of its identifiers: id, old.id, aliases, mail.",
        },
      ],
    });
  });

  test.each<[string, JsonObject["id"], string]>([
    ["an object", { a: 1 }, "id must be text to identify a user."],
    ["true", true, "id must be text to identify a user."],
    ["a number that lost digits", 2 ** 60, "id is a number too large to be read exactly; send it as text."],
    [
      "a number beyond all floats",
      Number.POSITIVE_INFINITY,
      "id is a number too large to be read exactly; send it as text.",
    ],
  ])("%s is refused, and the next one not tried", (_, id, message) => {
    expect(identifierOf({ id, mail: "m@x" })).toEqual({
      reasons: [{ code: "invalid_value", field: "id", message }],
    });
  });

  test("one that was not chosen travels only if it is a field, too", () => {
    const identifiers = [
      { field: "id", as: "external_id" as const },
      { field: "mail", as: "email" as const },
    ];
    const record = { id: "a", mail: "m@x" };
    const remaining = { include: true };
    expect(attributes({ identifiers, remaining }, record)).toEqual({});
    const fields = [{ field: "mail", as: "email" }];
    expect(attributes({ identifiers, fields }, record)).toEqual({ email: "m@x" });
    expect(map({ identifiers, fields }, { ...record, id: null })).toMatchObject({ body: { email: "m@x" } });
  });
});

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

describe("values", () => {
  test("are normalised by their column, then by their target", () => {
    const schema = schemaOf({
      born: { type: ["null", "string"], format: "date-time" },
      points: { type: "integer" },
      zip: { type: "string" },
    });
    const fields = [
      { field: "born", as: "dob" },
      { field: "points", as: "points", merge: "sum" as const },
      { field: "zip", as: "zip" },
      { field: "sex", as: "gender" },
    ];
    expect(
      attributes(
        { fields },
        { born: "1980-12-21 00:00:00", points: "5", zip: "9000", sex: "female" },
        { schema },
      ),
    ).toEqual({ dob: "1980-12-21", points: { inc: 5 }, zip: "9000", gender: "F" });
  });

  test("need both to become a birthday out of seconds since 1970", () => {
    const schema = schemaOf({ born: { type: "integer", airbyte_type: "timestamp_with_timezone" } });
    const fields = [{ field: "born", as: "dob" }];
    expect(attributes({ fields }, { born: 946_684_800 }, { schema })).toEqual({ dob: "2000-01-01" });
  });

  test("that turn out to be none count as null", () => {
    const entry = { fields: [{ field: "sex", as: "gender" }] };
    expect(attributes(entry, { sex: "unknown" })).toEqual({});
    expect(attributes(entry, { sex: "unknown" }, { nullValues: "clear" })).toEqual({ gender: null });
  });

  test("that are static are normalised too", () => {
    expect(
      attributes(
        {
          static: [
            { as: "gender", value: "female" },
            { as: "tags", value: ["a"] },
          ],
        },
        {},
      ),
    ).toEqual({
      gender: "F",
      tags: ["a"],
    });
  });
});

describe("targets", () => {
  test("nest behind dots, and not behind escaped ones", () => {
    const fields = [
      { field: "lon", as: "current_location.longitude" },
      { field: "lat", as: "current_location.latitude" },
      { field: "v", as: "app\\.version" },
    ];
    expect(attributes({ fields }, { lon: 3.7, lat: 51.1, v: "2" })).toEqual({
      current_location: { longitude: 3.7, latitude: 51.1 },
      "app.version": "2",
    });
  });
});

describe("remaining columns", () => {
  const remaining = { include: true, prefix: "crm_" };

  test("are those that no field or identifier reads", () => {
    const fields = [
      { field: "email", as: "email" },
      { field: "address.city", as: "home_city" },
    ];
    const record = { email: "e", address: { city: "c", zip: "z" }, tier: "gold", age: null, "a.b": 1 };
    expect(attributes({ fields, remaining }, record)).toEqual({
      email: "e",
      home_city: "c",
      crm_tier: "gold",
      "crm_a.b": 1,
    });
  });

  test("follow null_values and their merge", () => {
    expect(attributes({ remaining }, { age: null }, { nullValues: "clear" })).toEqual({ crm_age: null });
    expect(attributes({ remaining: { ...remaining, merge: "add" } }, { tag: "x" })).toEqual({
      crm_tag: { add: ["x"] },
    });
    expect(map({ remaining: { ...remaining, merge: "set_if_empty" } }, { age: 5 })).toMatchObject({
      setIfEmpty: { crm_age: 5 },
    });
  });

  test("with merge_object, objects are merged and all else is set", () => {
    expect(
      attributes({ remaining: { include: true, merge: "merge_object" } }, { o: { x: 1 }, n: 1 }),
    ).toMatchObject({
      o: { x: 1 },
      n: 1,
      _merge_objects: true,
    });
  });

  test("nest behind a dot in the prefix", () => {
    expect(attributes({ remaining: { include: true, prefix: "crm.x_" } }, { tier: "gold" })).toEqual({
      crm: { x_tier: "gold" },
    });
  });

  test("never become identifiers, options, or what a field has written", () => {
    const fields = [{ field: "mail", as: "email" }];
    const record = {
      mail: "right",
      email: "wrong",
      external_id: "x",
      braze_id: "y",
      user_alias: { alias_name: "a", alias_label: "b" },
      _update_existing_only: true,
      _merge_objects: true,
      push_token_import: true,
    };
    expect(attributes({ fields, remaining: { include: true } }, record)).toEqual({ email: "right" });
  });

  test("do not bring an address by which Braze would identify instead of by phone", () => {
    const record = { p: "+32475123456", email: "e", phone: "other" };
    const phone = [{ field: "p", as: "phone" as const }];
    const mapped = map({ identifiers: phone, remaining: { include: true } }, record);
    expect(mapped).toMatchObject({ body: { phone: "+32475123456", id: "7" } });
    expect(mapped).not.toHaveProperty("body.email");
    const both = [{ field: "e", as: "email" as const }, ...phone];
    expect(map({ identifiers: both, remaining: { include: true } }, { ...record, e: "e" })).toMatchObject({
      body: { email: "e" },
    });
  });

  test("are normalised as their columns and targets say", () => {
    const schema = schemaOf({ seen: { type: "string", format: "date-time" }, gender: { type: "string" } });
    const record = { seen: "2024-01-05 10:00:00", gender: "male" };
    expect(attributes({ remaining: { include: true } }, record, { schema })).toEqual({
      seen: "2024-01-05T10:00:00Z",
      gender: "M",
    });
  });

  test("spread and excluded columns", () => {
    const context = {
      spreadColumns: new Set(["custom_attributes"]),
      excludedColumns: new Set(["devices"]),
      schema: schemaOf({ custom_attributes: { type: "object", properties: { n: { type: "integer" } } } }),
    };
    const fields = [{ field: "custom_attributes.points", as: "loyalty" }];
    const record = {
      tier: "of the record",
      devices: [{}],
      custom_attributes: { points: 5, tier: "of the attributes", n: "3", devices: 2, external_id: "no" },
    };
    expect(attributes({ fields, remaining: { include: true } }, record, context)).toEqual({
      loyalty: 5,
      tier: "of the record",
      n: 3,
      devices: 2,
    });
    const whole = [{ field: "custom_attributes", as: "everything" }];
    expect(
      attributes({ fields: whole, remaining: { include: true } }, { custom_attributes: { a: 1 } }, context),
    ).toEqual({
      everything: { a: 1 },
    });
  });
});

describe("events and purchases", () => {
  const events = {
    fields: [
      { field: "at", as: "time" },
      { field: "total", as: "properties.total" },
    ],
    static: [{ as: "name", value: "order placed" }],
    remaining: { include: true, prefix: "shop_" },
  };

  test("take their own fields, and properties", () => {
    const context = { object: "events", nullValues: "clear" as const };
    expect(attributes(events, { at: "2024-01-05", total: 5, city: "Ghent", gone: null }, context)).toEqual({
      time: "2024-01-05T00:00:00Z",
      name: "order placed",
      properties: { total: 5, shop_city: "Ghent" },
    });
  });

  test("purchases", () => {
    const fields = [
      { field: "sku", as: "product_id" },
      { field: "currency", as: "currency" },
      { field: "price", as: "price" },
      { field: "at", as: "time" },
    ];
    const record = { sku: 12, currency: "eur", price: 9.5, at: "2024-01-05T10:00:00Z" };
    expect(
      attributes({ fields, static: [{ as: "quantity", value: 1 }] }, record, { object: "purchases" }),
    ).toEqual({
      product_id: "12",
      currency: "EUR",
      price: 9.5,
      time: "2024-01-05T10:00:00Z",
      quantity: 1,
    });
  });
});

test("an object without rules of its own takes any field, and needs no identifier", () => {
  const entry = {
    identifiers: [],
    fields: [
      { field: "sku", as: "id" },
      { field: "a", as: "size.width" },
    ],
  };
  expect(map(entry, { sku: "s", a: 1 }, { object: "catalog_items/shoes" })).toEqual({
    identifier: undefined,
    body: { id: "s", size: { width: 1 } },
    setIfEmpty: undefined,
  });
});
