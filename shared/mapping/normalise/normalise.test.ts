import validateEvent from "@braze-connectors/spec/validators/validateEvent";
import validatePurchase from "@braze-connectors/spec/validators/validatePurchase";
import validateUserAttributes from "@braze-connectors/spec/validators/validateUserAttributes";
import fc from "fast-check";
import type { Json, JsonObject } from "../../json";
import { columnNormaliser } from "./column";
import type { Normaliser } from "./normaliser";
import { eventFieldNormalisers, profileFieldNormalisers, purchaseFieldNormalisers } from "./target";

const byColumn = (schema: JsonObject, value: Json): Json => columnNormaliser(schema)?.(value) ?? value;

const moment = { type: ["null", "string"], format: "date-time" };
const zoneless = { type: "string", format: "date-time", airbyte_type: "timestamp_without_timezone" };
const date = { type: ["string", "null"], format: "date" };

describe("columns", () => {
  test.each<[string, JsonObject, Json, Json]>([
    ["a space for the T", moment, "2024-01-05 10:00:00", "2024-01-05T10:00:00Z"],
    ["what Airbyte sends", moment, "2022-11-22T01:23:45.123456+05:00", "2022-11-22T01:23:45.123456+05:00"],
    ["a time without zone", zoneless, "2022-11-22T01:23:45", "2022-11-22T01:23:45Z"],
    ["what Braze prints", moment, "2020-07-10 15:00:00.000 UTC", "2020-07-10T15:00:00.000Z"],
    ["what Braze documents", moment, "2016-12-14T13:32:31:601-0800", "2016-12-14T13:32:31.601-08:00"],
    ["a short zone", moment, "2024-01-05 10:00:00+00", "2024-01-05T10:00:00+00:00"],
    ["no seconds", moment, "2024-01-05T10:00Z", "2024-01-05T10:00:00Z"],
    ["a date alone", moment, "2024-01-05", "2024-01-05"],
    ["slashes", date, "2024/01/05", "2024-01-05"],
    ["a date with a time", date, "2024-01-05 00:00:00", "2024-01-05T00:00:00Z"],
    ["seconds since 1970", moment, 1_700_000_000, "2023-11-14T22:13:20.000Z"],
    [
      "seconds, where numbers may be",
      { ...moment, type: ["string", "integer"] },
      1_700_000_000,
      "2023-11-14T22:13:20.000Z",
    ],
    [
      "milliseconds, by Airbyte's type",
      { type: "integer", airbyte_type: "timestamp_with_timezone" },
      1_700_000_000_123,
      "2023-11-14T22:13:20.123Z",
    ],
    ["a number in text", { type: ["null", "number"] }, " 12.50 ", 12.5],
    ["an integer in text", { type: "integer" }, "-3", -3],
    ["an integer by Airbyte's old type", { type: "number", airbyte_type: "integer" }, "1e3", 1000],
    ["an integer in one branch", { anyOf: [{ type: "null" }, { type: "integer" }] }, "5", 5],
    ["numbers in a list", { type: "array", items: { type: "number" } }, ["1", 2, "x"], [1, 2, "x"]],
    [
      "fields of an object",
      { type: "object", properties: { at: moment, n: { type: "number" } } },
      { at: "2024-01-05 10:00:00", n: "1", other: "2" },
      { at: "2024-01-05T10:00:00Z", n: 1, other: "2" },
    ],
  ])("%s", (_, schema, value, expected) => {
    expect(byColumn(schema, value)).toEqual(expected);
  });

  test.each<[string, JsonObject, Json]>([
    ["text that looks like a number, in a text column", { type: "string" }, "12"],
    ["in a column that may be either", { type: ["string", "number"] }, "12"],
    ["in a column that may be a number or a boolean", { type: ["number", "boolean"] }, "12"],
    ["in a column of unknown type", {}, "12"],
    ["leading zeros", { type: "integer" }, "007"],
    ["digits that a number can't hold", { type: "integer" }, "12345678901234567890"],
    ["a fraction in an integer column", { type: "integer" }, "1.5"],
    ["hexadecimal digits", { type: "number" }, "0x10"],
    ["a comma", { type: "number" }, "1,5"],
    ["infinity", { type: "number" }, "1e999"],
    ["blank text", { type: "number" }, " "],
    ["a boolean word", { type: "boolean" }, "true"],
    ["a day that does not exist", date, "2023/02/29"],
    ["an hour that does not exist", moment, "2024-01-05 25:00:00"],
    ["day and month in an order that is not plain", date, "01/02/2024"],
    ["a date before Christ", date, "0044-03-15 BC"],
    ["a date in a text column", { type: "string" }, "2024-01-05 10:00:00"],
    ["a number in an integer column without date", { type: "integer" }, 1_700_000_000],
    ["an epoch whose unit is not plain", { ...moment, type: ["integer"] }, 86_400],
  ])("leaves alone: %s", (_, schema, value) => {
    expect(byColumn(schema, value)).toEqual(value);
  });

  test("leaves the record alone", () => {
    const value = Object.freeze({ n: "1" });
    expect(byColumn({ type: "object", properties: { n: { type: "number" } } }, value)).toEqual({ n: 1 });
    expect(value).toEqual({ n: "1" });
  });

  test("does nothing for a column that needs nothing", () => {
    expect(columnNormaliser({ type: "string" })).toBeUndefined();
    expect(columnNormaliser({ type: "array", items: { type: "string" } })).toBeUndefined();
    expect(columnNormaliser({ type: "object", properties: { a: { type: "boolean" } } })).toBeUndefined();
  });
});

const normaliseField = (field: string, value: Json): Json =>
  (
    profileFieldNormalisers.get(field) ??
    eventFieldNormalisers.get(field) ??
    purchaseFieldNormalisers.get(field)
  )?.(value) ?? null;

describe("fields of Braze", () => {
  test.each<[string, Json, Json]>([
    ["gender", "Female", "F"],
    ["gender", "male ", "M"],
    ["gender", "f", "F"],
    ["gender", "Non-Binary", "O"],
    ["gender", "prefer_not_to_say", "P"],
    ["gender", "not applicable", "N"],
    ["gender", "unknown", null],
    ["gender", "", null],
    ["gender", "weiblich", "weiblich"],
    ["dob", "1980-12-21T00:00:00Z", "1980-12-21"],
    ["dob", "1980-12-21 00:00:00.000", "1980-12-21"],
    ["dob", "1980/12/21", "1980-12-21"],
    ["dob", "21.12.1980", "21.12.1980"],
    ["dob", "1980-13-21", "1980-13-21"],
    ["country", "de", "DE"],
    ["country", "Germany", "Germany"],
    ["language", "EN", "en"],
    ["language", "pt-BR", "pt-BR"],
    ["email", " ann@example.com ", "ann@example.com"],
    ["email", "Ann@example.com", "Ann@example.com"],
    ["email", "", null],
    ["phone", 32_475_123_456, "32475123456"],
    ["phone", " +32 475 12 34 56", "+32 475 12 34 56"],
    ["email_subscribe", "Opted In", "opted_in"],
    ["email_subscribe", "UNSUBSCRIBED", "unsubscribed"],
    ["push_subscribe", "yes", "yes"],
    ["push_subscribe", true, true],
    ["first_name", 5, "5"],
    ["first_name", "", ""],
    ["first_name", " Ann", " Ann"],
    ["last_name", 2 ** 60, 2 ** 60],
    ["date_of_first_session", "2024-01-05 10:00:00", "2024-01-05T10:00:00Z"],
    ["time", "2024-01-05", "2024-01-05T00:00:00Z"],
    ["time", "2024-01-05 10:00:00", "2024-01-05T10:00:00Z"],
    ["time", 1_700_000_000, 1_700_000_000],
    ["currency", "eur", "EUR"],
    ["currency", "€", "€"],
    ["product_id", 42, "42"],
  ])("%s: %j becomes %j", (field, value, expected) => {
    expect(normaliseField(field, value)).toBe(expected);
  });
});

// Text near what the normalisers look for, so that properties do not hold for want of matches.
const datelike = fc
  .tuple(
    fc.constantFrom("2024-02-29", "2023-02-29", "1980/12/21", "2024.1.5", "0000-01-01", "2024-12-31"),
    fc.constantFrom("", "T", " ", "t"),
    fc.constantFrom(
      "",
      "10:00",
      "23:59:60",
      "24:00:00",
      "10:00:00.123",
      "10:00:00:123",
      "10:00:00.1234567891",
    ),
    fc.constantFrom("", "Z", "z", " UTC", "+05", "-0530", "+05:30", "+99:00"),
  )
  .map((parts) => parts.join(""));
const word = fc.constantFrom(
  "male",
  "Woman",
  "f",
  "UNKNOWN",
  "O",
  "opted in",
  "Subscribed",
  "de",
  "EN",
  "eur",
  "12",
  " 1e3",
  "007",
  "-0",
  "",
  "  ",
);
const jsonValue = fc.oneof(
  datelike,
  word,
  fc.string(),
  fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 2 ** 45 }),
) as fc.Arbitrary<Json>;

const columnSchemas: JsonObject[] = [
  moment,
  zoneless,
  date,
  { type: ["string", "integer"], format: "date-time" },
  { type: "number" },
  { type: "integer" },
  { type: "array", items: { type: "integer" } },
  { type: "object", properties: { a: { type: "number" }, at: moment } },
];

const fieldNormalisers: [string, Normaliser][] = [
  ...profileFieldNormalisers,
  ...eventFieldNormalisers,
  ...purchaseFieldNormalisers,
];

describe("properties", () => {
  test.each(columnSchemas.map((schema) => [schema] as const))("column %j: twice is once", (schema) => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const once = byColumn(schema, value);
        expect(byColumn(schema, once)).toEqual(once);
      }),
      { numRuns: 400 },
    );
  });

  test.each(fieldNormalisers)("%s: twice is once, also behind a column", (_, normalise) => {
    fc.assert(
      fc.property(jsonValue, fc.constantFrom({}, ...columnSchemas), (value, schema) => {
        const once = normalise(byColumn(schema, value));
        expect(normalise(byColumn(schema, once))).toEqual(once);
      }),
      { numRuns: 400 },
    );
  });

  const user = { external_id: "u" };
  const event = { ...user, name: "n", time: "2024-01-05T10:00:00Z" };
  const purchase = { ...user, product_id: "p", currency: "EUR", price: 1, time: "2024-01-05T10:00:00Z" };
  test.each([
    ...[...profileFieldNormalisers].map(([field, normalise]) => ({
      field,
      normalise,
      rest: user,
      validate: validateUserAttributes,
    })),
    ...[...eventFieldNormalisers].map(([field, normalise]) => ({
      field,
      normalise,
      rest: event,
      validate: validateEvent,
    })),
    ...[...purchaseFieldNormalisers].map(([field, normalise]) => ({
      field,
      normalise,
      rest: purchase,
      validate: validatePurchase,
    })),
  ])("$field: what is valid stays valid", ({ field, normalise, rest, validate }) => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        fc.pre(validate({ ...rest, [field]: value }) === true);
        const normal = normalise(value);
        // What becomes null is left out, or clears the field.
        if (normal !== null) expect(validate({ ...rest, [field]: normal })).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("text that nothing knows is left as it is", () => {
    const unknown = fc.string({ unit: fc.constantFrom(..."ghijkqrstvwxyz"), minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(unknown, fc.constantFrom(...fieldNormalisers), (text, [, normalise]) => {
        expect(normalise(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(unknown, fc.constantFrom(...columnSchemas), (text, schema) => {
        expect(byColumn(schema, text)).toBe(text);
      }),
    );
  });
});
