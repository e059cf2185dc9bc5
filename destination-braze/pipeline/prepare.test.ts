import type { JsonObject } from "@braze-connectors/shared/json";
import type { Reason } from "../objects/object";
import { findObject } from "../objects/registry";
import { eventSlot } from "../objects/track/track";
import type { Route } from "../routes";
import { recordWith } from "../testing/updates";
import { prepareUpdate } from "./prepare";
import type { Update } from "./update";

function routeTo(name: string): Route {
  const object = findObject(name);
  if (!object) throw new Error(`There is no object ${name}`);
  const options = {
    createUsers: true,
    nullValues: "clear",
    segmentExport: false,
    messagesInDoubt: "reject",
  } as const;
  return { stream: "s", object, options, ignoredColumns: [] };
}

const prepare = (object: string, data: JsonObject): Update | Reason[] =>
  prepareUpdate(recordWith(data), routeTo(object));

const messages = (object: string, data: JsonObject): string[] => {
  const prepared = prepare(object, data);
  return Array.isArray(prepared) ? prepared.map(({ message }) => message) : [];
};
const user = (attributes: JsonObject): string[] => messages("users", { external_id: "1", ...attributes });
const event = (fields: JsonObject): string[] =>
  messages("events", { external_id: "1", name: "n", time: "2026-01-02T03:04:05Z", ...fields });
const purchase = (fields: JsonObject): string[] =>
  messages("purchases", {
    external_id: "1",
    product_id: "p",
    currency: "EUR",
    price: 1,
    time: "2026-01-02T03:04:05Z",
    ...fields,
  });

const time = "must be a time in ISO 8601, such as 2026-05-04T10:00:00Z.";

describe("prepareUpdate", () => {
  it("makes an update of a good record", () => {
    expect(prepare("events", { email: "E@x", name: "n", time: "2026-01-02" })).toMatchObject({
      slot: eventSlot,
      identity: "email:e@x",
      body: { email: "E@x", name: "n", time: "2026-01-02" },
    });
  });

  test.each<[string, JsonObject, string[]]>([
    ["a number as a name", { first_name: 1 }, ["first_name must be string or null."]],
    ["an unknown gender", { gender: "male" }, ['gender must be one of "M", "F", "O", "N", "P", null.']],
    [
      "a subscription state",
      { email_subscribe: "yes" },
      ['email_subscribe must be one of "opted_in", "unsubscribed", "subscribed", null.'],
    ],
    ["a day that does not exist", { dob: "2026-02-30" }, ["dob must be a day in the form 1980-12-21."]],
    ["a time in words", { date_of_last_session: "now" }, [`date_of_last_session ${time}`]],
    ["half a location", { current_location: { longitude: 1 } }, ["current_location.latitude is missing."]],
    [
      "a location beyond the pole",
      { current_location: { longitude: 1, latitude: 91 } },
      ["current_location.latitude must be <= 90."],
    ],
    ["an array in an array", { tags: [["a"]] }, ["tags.0 must be string or number or boolean or object."]],
    [
      "an empty identifier in a token",
      { push_tokens: [{ token: "t" }] },
      ["push_tokens.0.app_id is missing."],
    ],
    [
      "a subscription group's state",
      { subscription_groups: [{ subscription_group_id: "g", subscription_state: "x" }] },
      ['subscription_groups.0.subscription_state must be one of "subscribed", "unsubscribed".'],
    ],
    ["an option", { _merge_objects: "yes" }, ["_merge_objects must be boolean."]],
    ["several at once", { first_name: 1, gender: "x" }, [expect.any(String), expect.any(String)]],
  ])("says what is wrong with a user: %s", (_, attributes, expected) => {
    expect(user(attributes)).toEqual(expected);
  });

  it("accepts nulls and everything that Braze's pages allow", () => {
    for (const field of ["first_name", "gender", "dob", "email", "country", "current_location", "custom"]) {
      expect(user({ [field]: null })).toEqual([]);
    }
    expect(
      user({
        dob: "2024-02-29",
        gender: "N",
        country: "Australia",
        time_zone: "Eastern Time (US & Canada)",
        date_of_first_session: "2026-01-02 03:04:05",
        marked_email_as_spam_at: "01/31/2026",
        $dollar: "ok",
        "dotted.key": "ok",
        "a/b~c": ["x"],
        points: { inc: -2 },
      }),
    ).toEqual([]);
  });

  test.each([
    "2026-01-02",
    "2026-01-02T03:04",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.123456789+01:00",
    "2026-01-02T03:04:05:123Z",
    "2026-01-02T03:04:05+0100",
    "2026-01-02 03:04:05 UTC",
    "2026-01-02 03:04:05",
    "20260102T030405Z",
    "01/31/2026",
    "Fri 01 02 03:04:05.000 2026",
    "2999-01-01T00:00:00Z",
  ])("accepts the time %s", (value) => {
    expect(event({ time: value })).toEqual([]);
  });

  test.each(["", "now", "1700000000", "2026-13-01", "2026-01-32", "2026-01-02T25:00:00Z", "02.01.2026"])(
    "refuses the time %j",
    (value) => {
      expect(event({ time: value })).toEqual([`time ${time}`]);
    },
  );

  test.each<[string, JsonObject, string[]]>([
    ["no name", { name: null }, ["name is missing."]],
    ["an empty name", { name: "" }, ["name must not be empty."]],
    ["a long name", { name: "x".repeat(256) }, ["name must have at most 255 characters."]],
    ["no time", { time: null }, ["time is missing."]],
    ["a time as a number", { time: 1_700_000_000 }, ["time must be string."]],
    ["properties as text", { properties: "x" }, ["properties must be object."]],
    [
      "a property with $",
      { properties: { $a: 1 } },
      ['properties holds the name "$a": names have 1 to 255 characters and no leading $.'],
    ],
    [
      "a property without a name",
      { properties: { "": 1 } },
      [expect.stringContaining('holds the name ""'), expect.any(String)],
    ],
  ])("says what is wrong with an event: %s", (_, fields, expected) => {
    expect(event(fields)).toEqual(expected);
  });

  test.each<[string, JsonObject, string[]]>([
    ["no price", { price: null }, ["price is missing."]],
    ["a price as text", { price: "9.99" }, ["price must be number."]],
    ["a quantity above 100", { quantity: 101 }, ["quantity must be <= 100."]],
    ["a quantity of 0", { quantity: 0 }, ["quantity must be >= 1."]],
    ["half a quantity", { quantity: 1.5 }, ["quantity must be integer."]],
    ["a currency sign", { currency: "€" }, ["currency must be a currency code of ISO 4217, such as EUR."]],
    ["a product id as a number", { product_id: 7 }, ["product_id must be string."]],
  ])("says what is wrong with a purchase: %s", (_, fields, expected) => {
    expect(purchase(fields)).toEqual(expected);
  });

  it("names the field of each reason", () => {
    expect(prepare("users", { external_id: "1", current_location: { longitude: "x", latitude: 1 } })).toEqual(
      [{ code: "invalid_value", field: "current_location.longitude", message: expect.any(String) }],
    );
  });

  it("refuses nested values larger than Braze stores, and only those", () => {
    const large = (bytes: number): JsonObject => ({ list: Array<string>(bytes / 100).fill("x".repeat(97)) });
    expect(user({ a: large(101_000) })).toEqual(["a is larger than 100 KB, which Braze does not store."]);
    expect(user({ a: large(60_000), b: large(60_000), text: "x".repeat(200_000) })).toEqual([]);
    expect(event({ properties: large(51_000) })).toEqual([
      "properties is larger than 50 KB, which Braze does not store.",
    ]);
    expect(event({ properties: { text: "x".repeat(60_000) } })).toEqual([]);
  });

  it("refuses what nests too deep, without overflowing anything", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`);
    const record = { ...recordWith({}), data: { external_id: "1", deep } };
    expect(prepareUpdate(record, routeTo("users"))).toEqual([
      { code: "invalid_value", message: "The record is nested more than 90 levels deep." },
    ]);
  });

  it("gives no more reasons than a person reads", () => {
    expect(user({ tags: Array(500).fill([]) })).toHaveLength(20);
  });
});
