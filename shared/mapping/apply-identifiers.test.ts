import type { JsonObject } from "../json";
import { applyMapping } from "./apply";
import { attributes, compile, map } from "./testing";

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
