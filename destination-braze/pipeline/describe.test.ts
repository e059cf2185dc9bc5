import type { JsonObject } from "@braze-connectors/shared/json";
import { objectNamed } from "../testing/objects";
import { describeAll } from "./describe";

/** What is said of an object, whatever prepared it. */
function said(object: string, body: JsonObject): string[] {
  const { validate } = objectNamed(object);
  expect(validate(body)).toBe(false);
  return describeAll(validate.errors ?? []).map(({ message }) => message);
}

const group = { subscription_group_id: "g", subscription_state: "subscribed" };

describe("describeAll", () => {
  it.each<[string, JsonObject, string[]]>([
    ["subscription_groups", group, ["The record needs one of external_id, email, phone."]],
    ["delete_users", {}, ["The record needs one of external_id, user_alias, braze_id, email, phone."]],
    [
      "subscription_groups",
      { ...group, phone: "0475 12" },
      ["phone must be a phone number in E.164 format, such as +12223334444."],
    ],
    [
      "subscription_groups",
      { external_id: "u", subscription_group_id: "", subscription_state: "opted_in" },
      [
        "subscription_group_id must not be empty.",
        'subscription_state must be one of "subscribed", "unsubscribed".',
      ],
    ],
    [
      "user_aliases",
      { alias_label: "l", external_id: "u", old_alias_name: "a", new_alias_name: "b" },
      ["alias_name is missing, which external_id needs."],
    ],
    [
      "user_aliases",
      { alias_label: "l", alias_name: "a", old_alias_name: "a", new_alias_name: "b" },
      ["The record says in more than one way what it is about: leave one of them."],
    ],
    [
      "campaign_trigger/x",
      { external_user_id: "u", user_alias: { alias_name: "a", alias_label: "l" } },
      ["The record says in more than one way what it is about: leave one of them."],
    ],
    [
      "campaign_trigger/x",
      { external_user_id: "u", send_to_existing_only: false },
      ["attributes is missing."],
    ],
    [
      "campaign_trigger/x",
      { user_alias: { alias_name: "a", alias_label: "l" }, send_to_existing_only: false, attributes: {} },
      ["user_alias does not go with the other fields of the record."],
    ],
    ["canvas_trigger/x", { external_user_id: "u", colour: 1 }, ["colour is not a field of this object."]],
    [
      "identify_users",
      { external_id: "u", email: "e", prioritization: ["first", "identified", "identified"] },
      [
        "prioritization must not hold the same value twice.",
        'prioritization.0 must be one of "identified", "unidentified", "most_recently_updated", "least_recently_updated".',
      ],
    ],
    [
      "identify_users",
      { external_id: "u", email: "e", prioritization: [] },
      ["prioritization must not be empty."],
    ],
    [
      "merge_users",
      { identifier_to_merge: { external_id: "a" }, identifier_to_keep: {} },
      ["identifier_to_keep needs one of external_id, user_alias, email, phone."],
    ],
    [
      "catalog_items/x",
      { id: "has space" },
      ["id must have 1 to 250 letters, digits, hyphens and underscores."],
    ],
    [
      "catalog_items/x",
      { id: "a", "a.b": 1 },
      ['The record holds the name "a.b": names have 1 to 250 letters, digits, hyphens and underscores.'],
    ],
    ["catalog_items/x", { id: "a", text: "x".repeat(5001) }, ["text must have at most 5000 characters."]],
    [
      "users",
      { external_id: "u", date_of_first_session: "now" },
      ["date_of_first_session must be a time in ISO 8601, such as 2026-05-04T10:00:00Z."],
    ],
  ])("says of %s %j what a person understands", (object, body, expected) => {
    const sentences = said(object, body);
    expect([...sentences].sort()).toEqual([...expected].sort());
  });

  it("says something also where there is nothing to say", () => {
    expect(describeAll([])).toEqual([{ code: "invalid_value", message: "The record is not valid." }]);
  });
});
