import type { JsonObject } from "@braze-connectors/shared/json";
import { DataPointMeter } from "./meter";
import { findObject, objects } from "./objects/registry";
import { outgoing, updateOf } from "./testing/updates";

const identity = "external_id:1";

function pointsOf(attributes: JsonObject): number {
  const meter = new DataPointMeter();
  meter.received({ ...updateOf("1", attributes), identity });
  return meter.totals.received;
}

describe("DataPointMeter", () => {
  it.each<[string, JsonObject, number]>([
    ["one for each attribute", { a: 1, b: "x", email: "a@b.c" }, 3],
    ["none for the identifier and for how to apply the object", { _update_existing_only: true }, 0],
    ["one for an array", { tags: ["a", "b"] }, 1],
    ["one for each value inside a nested attribute", { pet: { name: "Rex", toys: { ball: 1 } } }, 2],
    ["one for each value in an array of objects", { pets: [{ name: "Rex" }, { name: "Tom", age: 2 }] }, 3],
    ["one for an operation", { points: { inc: 1 }, tags: { add: ["a", "b"] } }, 2],
    ["one for a location", { current_location: { longitude: 1, latitude: 2 } }, 1],
    ["none for removing an attribute", { a: null }, 0],
    [
      "none for subscriptions and push tokens",
      { email_subscribe: "opted_in", push_tokens: [{ token: "t" }] },
      0,
    ],
  ])("counts %s", (_what, attributes, points) => {
    expect(pointsOf(attributes)).toBe(points);
  });

  it("counts an email that identifies for nothing", () => {
    const meter = new DataPointMeter();
    const update = updateOf("", { email: "a@b.c", a: 1 });
    meter.received({ ...update, identity: "email:a@b.c" });
    expect(meter.byAttribute()).toEqual({ a: { received: 1, sent: 0, undelivered: 0 } });
  });

  it("counts one for each event and purchase", () => {
    const meter = new DataPointMeter();
    meter.received(updateOf("1", { name: "seen", properties: { a: 1 } }, "events"));
    meter.sent(outgoing("1", {}, "purchases"));
    expect(meter.totals).toEqual({ received: 1, sent: 1, undelivered: 0 });
  });

  it("counts nothing for objects that are not billed", () => {
    const meter = new DataPointMeter();
    const billed = ["users", "events", "purchases"];
    for (const { name, slots } of objects) {
      for (const slot of billed.includes(name) ? [] : slots) {
        const update = { ...updateOf("1", { a: 1, tags: { $add: ["x"] } }), slot };
        meter.received(update);
        meter.sent({ ...outgoing("1", { a: 1 }), slot });
      }
    }
    for (const name of ["catalog_items/x", "campaign_trigger/x", "canvas_trigger/x"])
      for (const { dataPoints } of findObject(name)?.slots ?? []) expect(dataPoints).toBe(0);
    expect([meter.totals, meter.byAttribute()]).toEqual([{ received: 0, sent: 0, undelivered: 0 }, {}]);
  });

  it("counts as sent what was left of an object, and says what that saves", () => {
    const meter = new DataPointMeter();
    const object = { ...outgoing("1", { a: 1, b: 1 }), identity, sent: { b: 1 } };
    for (const update of object.updates) meter.received({ ...update, identity });
    meter.sent(object);
    expect(meter.byAttribute()).toEqual({
      a: { received: 1, sent: 0, undelivered: 0 },
      b: { received: 1, sent: 1, undelivered: 0 },
    });
    expect(meter.line()).toBe("Data points: 2 received, 1 sent to Braze; 1 (50 %) saved.");
  });

  it("counts what was rejected or not delivered as neither sent nor saved", () => {
    const meter = new DataPointMeter();
    const object = { ...outgoing("1", { a: 1, b: 1 }), identity, sent: { b: 1 } };
    for (const update of object.updates) meter.received({ ...update, identity });
    meter.undelivered(object);
    expect(meter.byAttribute()).toEqual({
      a: { received: 1, sent: 0, undelivered: 0 },
      b: { received: 1, sent: 0, undelivered: 1 },
    });
    expect(meter.line()).toBe(
      "Data points: 2 received, 0 sent to Braze, 1 rejected or not delivered; 1 (50 %) saved.",
    );
  });

  it("says nothing odd of a sync without records, of little sent, and of what nobody has received", () => {
    const meter = new DataPointMeter();
    meter.totals.received = 276_334;
    meter.totals.sent = 471;
    expect(meter.line()).toContain("; 275863 (99.8 %) saved.");
    meter.totals.received = 0;
    expect(meter.line()).toContain("0 received, 471 sent to Braze; 0 (0 %) saved.");
    expect(new DataPointMeter().line()).toBe("Data points: 0 received, 0 sent to Braze; 0 (0 %) saved.");
  });

  it("keeps counting when there are more names than it tells apart", () => {
    const meter = new DataPointMeter();
    const wide = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`a${index}`, 1]));
    meter.received({ ...updateOf("1", wide), identity });
    expect(meter.totals.received).toBe(6000);
    expect(Object.keys(meter.byAttribute())).toHaveLength(5000);
  });
});
