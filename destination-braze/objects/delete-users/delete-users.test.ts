import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";

const object = objectNamed("delete_users");
const alias = { alias_name: "a", alias_label: "device" };
const usual = ["unidentified", "most_recently_updated"];

describe("delete_users", () => {
  it.each([
    [{ external_id: 1, email: "a@x.org" }, "external_id:1", { external_ids: ["1"] }],
    [{ user_alias: alias }, 'user_alias:["device","a"]', { user_aliases: [alias] }],
    [{ braze_id: "b" }, "braze_id:b", { braze_ids: ["b"] }],
    [
      { external_id: null, email: "A@x.org" },
      "email:a@x.org",
      { email_addresses: [{ email: "A@x.org", prioritization: usual }] },
    ],
    [
      { phone: "+1", prioritization: ["identified"] },
      "phone:+1",
      { phone_numbers: [{ phone: "+1", prioritization: ["identified"] }] },
    ],
  ])("deletes %j", (record, identity, body) => {
    const objects = outgoingTo(object, [record]);
    expect(objects[0]?.identity).toBe(identity);
    expect(bodyOf(objects)).toEqual(body);
  });

  it("has an endpoint for each kind of identifier, for lists may not share a request", () => {
    expect(new Set(object.slots.map(({ endpoint }) => endpoint)).size).toBe(5);
    expect(new Set(object.slots.map(({ endpoint }) => endpoint.path))).toEqual(new Set(["/users/delete"]));
  });

  it("takes the place of users in the mode soft_delete alone, and goes by the identifier chosen", () => {
    const users = objectNamed("users");
    expect(users.forMode?.("soft_delete")).toBe(object);
    for (const mode of ["append", "append_dedup", "update", "overwrite"] as const)
      expect(users.forMode?.(mode)).toBe(users);
    const record = { external_id: "u", email: "u@x.org", first_name: "U", n: 2 ** 60 };
    expect(prepared(object, record, objectOptions({ matchBy: "email" })).body).toEqual({
      email: "u@x.org",
      prioritization: usual,
    });
  });

  it("rejects who is not named, and prioritizations that Braze does not know here", () => {
    expect(object.prepare({ first_name: "U" }, objectOptions()).reasons).toMatchObject([
      { code: "missing_identifier" },
    ]);
    const wrong = object.prepare(
      { email: "u@x.org", prioritization: ["least_recently_updated"] },
      objectOptions(),
    );
    expect(wrong.reasons ?? object.validate(wrong.body)).toBe(false);
  });
});
