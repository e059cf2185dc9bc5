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
