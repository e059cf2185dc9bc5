import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";

const object = objectNamed("merge_users");
const message = (record: JsonObject) => object.prepare(record, objectOptions()).reasons?.[0]?.message;

describe("merge_users", () => {
  it("concerns both users", () => {
    const record = { identifier_to_merge: { external_id: 1 }, identifier_to_keep: { email: "Keep@x.org" } };
    expect(prepared(object, record)).toEqual({
      body: {
        identifier_to_merge: { external_id: "1" },
        identifier_to_keep: {
          email: "Keep@x.org",
          prioritization: ["unidentified", "most_recently_updated"],
        },
      },
      identity: "external_id:1",
      also: ["email:keep@x.org"],
    });
    expect(object.slot.repeatable).toBe(false);
  });

  it("takes one identifier of a user, with the prioritization of the record", () => {
    const { body } = prepared(object, {
      identifier_to_merge: {
        external_id: null,
        email: "a@x.org",
        phone: "1",
        prioritization: ["identified"],
      },
      identifier_to_keep: { external_id: "b", prioritization: null },
    });
    expect(body).toEqual({
      identifier_to_merge: { email: "a@x.org", prioritization: ["identified"] },
      identifier_to_keep: { external_id: "b" },
    });
  });

  it.each<[JsonObject, string]>([
    [{ identifier_to_keep: { external_id: "b" } }, "identifier_to_merge is missing."],
    [{ identifier_to_merge: { external_id: "b" } }, "identifier_to_keep is missing."],
    [
      { identifier_to_merge: "b", identifier_to_keep: { external_id: "b" } },
      "identifier_to_merge must be an object.",
    ],
    [
      { identifier_to_merge: { braze_id: "x" }, identifier_to_keep: { external_id: "b" } },
      "identifier_to_merge: The record has no external_id, user_alias, email or phone.",
    ],
  ])("says what is wrong with %j", (record, expected) => {
    expect(message(record)).toBe(expected);
  });

  it("sends a list of merges", () => {
    const record = { identifier_to_merge: { external_id: "a" }, identifier_to_keep: { external_id: "b" } };
    expect(bodyOf(outgoingTo(object, [record, record]))).toEqual({ merge_updates: [record, record] });
  });
});
