import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";

const object = objectNamed("user_aliases");
const message = (record: JsonObject, createUsers = true): string | undefined =>
  object.prepare(record, objectOptions({ createUsers })).reasons?.[0]?.message;

describe("user_aliases", () => {
  it("adds an alias: alias and user wait for each other", () => {
    const record = { external_id: 17, alias_label: "device", alias_name: 5, other: "x" };
    expect(prepared(object, record)).toMatchObject({
      body: { external_id: "17", alias_label: "device", alias_name: "5" },
      identity: 'user_alias:["device","5"]',
      also: ["external_id:17"],
      slot: { name: "user_aliases", repeatable: false, endpoint: { path: "/users/alias/new" } },
    });
    expect(prepared(object, { external_id: 0, alias_label: "d", alias_name: "n" }).also).toEqual([
      "external_id:0",
    ]);
  });

  it("makes a user of an alias without external_id, where users may be created", () => {
    const record = { external_id: null, alias_label: "device", alias_name: "a" };
    expect(prepared(object, record).also).toBeUndefined();
    expect(message(record, false)).toContain("create_users");
    expect(message({ ...record, external_id: "u" }, false)).toBeUndefined();
  });

  it("renames an alias: both names wait for each other", () => {
    const record = { alias_label: "device", old_alias_name: "a", new_alias_name: "b", external_id: null };
    expect(prepared(object, record)).toMatchObject({
      identity: 'user_alias:["device","a"]',
      also: ['user_alias:["device","b"]'],
      slot: { name: "alias_updates", repeatable: false, endpoint: { path: "/users/alias/update" } },
    });
  });

  it.each<[JsonObject, string]>([
    [{ alias_name: "a" }, "alias_label is missing."],
    [{ alias_label: "l" }, "alias_name is missing."],
    [{ alias_label: "l", old_alias_name: "a" }, "new_alias_name is missing."],
    [{ alias_label: "l", new_alias_name: "a" }, "old_alias_name is missing."],
    [{ alias_label: "l", alias_name: ["a"] }, "alias_name must be text."],
    [
      { alias_label: "l", old_alias_name: "a", new_alias_name: "b", external_id: "u" },
      "external_id does not go with old_alias_name and new_alias_name: a record either adds an alias or renames one.",
    ],
    [
      { alias_label: "l", old_alias_name: "a", new_alias_name: "b", alias_name: "c" },
      "alias_name does not go with old_alias_name and new_alias_name: a record either adds an alias or renames one.",
    ],
  ])("says what is wrong with %j", (record, expected) => {
    expect(message(record)).toBe(expected);
  });

  it("sends lists of their own names", () => {
    expect(bodyOf(outgoingTo(object, [{ alias_label: "l", alias_name: "a" }]))).toEqual({
      user_aliases: [{ alias_label: "l", alias_name: "a" }],
    });
    const rename = { alias_label: "l", old_alias_name: "a", new_alias_name: "b" };
    expect(bodyOf(outgoingTo(object, [rename]))).toEqual({ alias_updates: [rename] });
  });
});
