import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";

const object = objectNamed("identify_users");
const alias = { alias_name: "a", alias_label: "device" };
const reason = (record: JsonObject) => object.prepare(record, objectOptions()).reasons?.[0];

describe("identify_users", () => {
  it("finds somebody by an alias, an address or a number, and concerns who they become", () => {
    expect(prepared(object, { external_id: 17, user_alias: alias })).toEqual({
      body: { external_id: "17", user_alias: alias },
      identity: 'user_alias:["device","a"]',
      also: ["external_id:17"],
      slot: expect.objectContaining({ list: "aliases_to_identify" }),
    });
    expect(prepared(object, { external_id: "u", email: "A@x.org", phone: "1" })).toMatchObject({
      body: {
        external_id: "u",
        email: "A@x.org",
        prioritization: ["unidentified", "most_recently_updated"],
      },
      identity: "email:a@x.org",
      slot: { list: "emails_to_identify" },
    });
    const own = prepared(object, { external_id: "u", phone: 12, prioritization: ["identified"] });
    expect(own).toMatchObject({ body: { phone: "12", prioritization: ["identified"] } });
  });

  it("prefers the identifier that the user has chosen", () => {
    const record = { external_id: "u", user_alias: alias, email: "a@x.org" };
    expect(prepared(object, record, objectOptions({ matchBy: "email" })).identity).toBe("email:a@x.org");
  });

  it("keeps requests of different merge behaviours apart, and says the behaviour once", () => {
    const record = (behavior: string) => ({ external_id: "u", user_alias: alias, merge_behavior: behavior });
    const [merging] = outgoingTo(object, [record("merge")]);
    const [none] = outgoingTo(object, [record("none")]);
    const [usual] = outgoingTo(object, [{ external_id: "u", user_alias: alias }]);
    expect(new Set([merging, none, usual].map((each) => each?.slot.endpoint)).size).toBe(3);
    expect(bodyOf(merging ? [merging] : [])).toEqual({
      merge_behavior: "merge",
      aliases_to_identify: [{ external_id: "u", user_alias: alias }],
    });
    expect(bodyOf(usual ? [usual] : [])).toEqual({
      aliases_to_identify: [{ external_id: "u", user_alias: alias }],
    });
  });

  it.each<[JsonObject, string]>([
    [{ external_id: "u" }, "The record has no user_alias, email or phone."],
    [{ user_alias: alias }, "external_id is missing."],
    [{ user_alias: alias, external_id: {} }, "external_id must be text."],
    [
      { user_alias: alias, external_id: "u", merge_behavior: "constructor" },
      "merge_behavior must be one of merge, none.",
    ],
  ])("says what is wrong with %j", (record, expected) => {
    expect(reason(record)?.message).toBe(expected);
  });
});
