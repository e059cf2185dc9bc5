import { attributes, map, schemaOf } from "./testing";

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
