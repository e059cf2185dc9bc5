import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { identify, isIdentity, segmentExportColumns } from "./identity";

const alias = { alias_name: "n", alias_label: "l" };
const tooLarge = "is too large a number to be read exactly: send it as text.";
const wrongAlias = "user_alias must be an object with the texts alias_name and alias_label.";

describe("identify", () => {
  test.each<[string, JsonObject, string, Json]>([
    [
      "Braze's order",
      { phone: "+1", email: "e@x", braze_id: "b", user_alias: alias, external_id: "x" },
      "external_id",
      "x",
    ],
    ["alias before braze_id", { braze_id: "b", user_alias: alias, email: "e@x" }, "user_alias", alias],
    ["email before phone", { phone: "+1", email: "e@x" }, "email", "e@x"],
    [
      "null, empty and missing values are no identifiers",
      { external_id: null, braze_id: "", phone: "+1" },
      "phone",
      "+1",
    ],
    ["a number becomes text", { external_id: 10_000_000_000 }, "external_id", "10000000000"],
    ["zero is a value", { external_id: 0 }, "external_id", "0"],
    ["blanks are kept", { external_id: "  x " }, "external_id", "  x "],
    [
      "numbers in an alias",
      { user_alias: { alias_name: 7, alias_label: "l" } },
      "user_alias",
      { alias_name: "7", alias_label: "l" },
    ],
  ])("%s", (_, record, name, value) => {
    expect(identify(record)).toMatchObject({ name, value });
  });

  test.each<[string, JsonObject, string, string]>([
    [
      "nothing",
      { name: "x" },
      "missing_identifier",
      "The record has no external_id, user_alias, braze_id, email or phone.",
    ],
    ["a rounded number", { external_id: 2 ** 53 }, "invalid_value", `external_id ${tooLarge}`],
    ["a huge number", { external_id: 1e300 }, "invalid_value", `external_id ${tooLarge}`],
    ["an object", { external_id: {}, email: "e@x" }, "invalid_value", "external_id must be text."],
    ["a boolean", { email: true }, "invalid_value", "email must be text."],
    ["an alias as text", { user_alias: "n" }, "invalid_value", wrongAlias],
    [
      "an alias without a label",
      { user_alias: { alias_name: "n" }, email: "e@x" },
      "invalid_value",
      wrongAlias,
    ],
    [
      "an alias with an empty name",
      { user_alias: { ...alias, alias_name: "" } },
      "invalid_value",
      wrongAlias,
    ],
    [
      "inherited properties",
      JSON.parse('{"__proto__": {"external_id": "x"}}'),
      "missing_identifier",
      "The record has no external_id, user_alias, braze_id, email or phone.",
    ],
  ])("says what is wrong: %s", (_, record, code, message) => {
    expect(identify(record)).toMatchObject({ code, message });
  });

  it("puts braze_id last for exported users, and takes their first alias", () => {
    const user = {
      braze_id: "b",
      user_aliases: [alias, { alias_name: "2", alias_label: "l" }],
      email: "e@x",
    };
    expect(identify(user, segmentExportColumns)).toMatchObject({ name: "user_alias", value: alias });
    expect(identify({ ...user, user_aliases: [] }, segmentExportColumns)).toMatchObject({ name: "email" });
    expect(identify({ braze_id: "b", user_aliases: [] }, segmentExportColumns)).toMatchObject({
      name: "braze_id",
    });
    expect(identify({ user_aliases: [alias] })).toMatchObject({ code: "missing_identifier" });
  });

  it("gives equal keys to equal users only", () => {
    const keyOf = (record: JsonObject): string => {
      const identity = identify(record);
      return isIdentity(identity) ? identity.key : "none";
    };
    expect(keyOf({ email: "A@X.org" })).toBe(keyOf({ email: "a@x.org" }));
    expect(keyOf({ external_id: 7 })).toBe(keyOf({ external_id: "7" }));
    const records: JsonObject[] = [
      { external_id: "A" },
      { external_id: "a" },
      { braze_id: "a" },
      { phone: "a" },
      { email: "a" },
      { user_alias: { alias_name: 'b","c', alias_label: "a" } },
      { user_alias: { alias_name: "c", alias_label: 'a","b' } },
    ];
    const keys = records.map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
