import type { JsonObject } from "@braze-connectors/shared/json";
import { events } from "./events/events";
import type { ObjectOptions } from "./object";
import { purchases } from "./purchases/purchases";

const options: ObjectOptions = {
  createUsers: true,
  nullValues: "clear",
  segmentExport: false,
  messagesInDoubt: "reject",
};
const event = { external_id: "1", name: "seen", time: "2026-01-02T03:04:05Z" };
const purchase = { external_id: "1", product_id: "p", currency: "EUR", price: 1.5, time: "2026-01-02" };

describe("events and purchases", () => {
  it("take their own fields and one identifier", () => {
    const record = { ...event, email: "e@x", app_id: "a", properties: { x: 1 }, city: "Bonn" };
    expect(events.prepare(record, options)).toEqual({
      body: { ...event, app_id: "a", properties: { x: 1 } },
      identity: "external_id:1",
    });
    expect(purchases.prepare({ ...purchase, quantity: 2, city: "Bonn" }, options)).toEqual({
      body: { ...purchase, quantity: 2 },
      identity: "external_id:1",
    });
  });

  it("have nothing that a null could clear", () => {
    const record = { ...event, app_id: null, properties: { a: null, b: [null, 1] } };
    expect(events.prepare(record, options)).toMatchObject({ body: { ...event, properties: { b: [1] } } });
  });

  it("create users as the options say", () => {
    const alias: JsonObject = { alias_name: "n", alias_label: "l" };
    const { external_id, ...anonymous } = event;
    const record = { ...anonymous, user_alias: alias };
    expect(events.prepare(record, options)).toMatchObject({ body: { _update_existing_only: false } });
    expect(events.prepare(event, { ...options, createUsers: false })).toMatchObject({
      body: { _update_existing_only: true },
    });
  });

  it("refuse numbers that would arrive as others", () => {
    const record = { ...event, properties: { order: { id: 2 ** 60 } } };
    expect(events.prepare(record, options)).toEqual({
      reasons: [
        {
          code: "invalid_value",
          field: "properties",
          message:
            "properties holds a number that is too large a number to be read exactly: send it as text.",
        },
      ],
    });
  });

  it("need an identifier", () => {
    expect(purchases.prepare({ ...purchase, external_id: null }, options)).toMatchObject({
      reasons: [{ code: "missing_identifier" }],
    });
  });
});
