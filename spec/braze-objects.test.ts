import type { ValidateFunction } from "ajv";
import validateCampaignTrigger from "./generated/validators/validateCampaignTrigger";
import validateCanvasTrigger from "./generated/validators/validateCanvasTrigger";
import validateCatalogItems from "./generated/validators/validateCatalogItems";
import validateDeleteUsers from "./generated/validators/validateDeleteUsers";
import validateIdentifyUsers from "./generated/validators/validateIdentifyUsers";
import validateMergeUsers from "./generated/validators/validateMergeUsers";
import validateRenameExternalIds from "./generated/validators/validateRenameExternalIds";
import validateSubscriptionGroups from "./generated/validators/validateSubscriptionGroups";
import validateUserAliases from "./generated/validators/validateUserAliases";

const alias = { alias_name: "n", alias_label: "l" };
const prioritization = ["unidentified", "most_recently_updated"];
const group = { subscription_group_id: "g", subscription_state: "subscribed" };

/** For each object, records that Braze takes and records that it can't take. */
const cases: [name: string, validate: ValidateFunction, valid: object[], invalid: object[]][] = [
  [
    "subscription_groups",
    validateSubscriptionGroups,
    [
      { ...group, external_id: "1" },
      { ...group, email: "a@b.c", subscription_state: "unsubscribed" },
      { ...group, phone: "+12223334444", use_double_opt_in_logic: true },
    ],
    [
      group,
      { ...group, phone: "0222 333" },
      { ...group, external_id: "1", subscription_state: "opted_in" },
      { external_id: "1", subscription_state: "subscribed" },
      { ...group, external_id: "1", country: "DE" },
    ],
  ],
  [
    "user_aliases",
    validateUserAliases,
    [alias, { ...alias, external_id: "1" }, { alias_label: "l", old_alias_name: "o", new_alias_name: "n" }],
    [
      { alias_name: "n" },
      { alias_label: "l", old_alias_name: "o" },
      { alias_label: "l", old_alias_name: "o", new_alias_name: "n", external_id: "1" },
      { ...alias, old_alias_name: "o", new_alias_name: "n" },
      { ...alias, old_alias_name: "o" },
      { ...alias, external_id: "" },
    ],
  ],
  [
    "delete_users",
    validateDeleteUsers,
    [
      { external_id: "1" },
      { user_alias: alias },
      { braze_id: "b" },
      { email: "a@b.c", prioritization },
      { phone: "+1222" },
    ],
    [
      {},
      { prioritization },
      { user_alias: { alias_name: "n" } },
      { email: "a@b.c", prioritization: ["least_recently_updated"] },
      { email: "a@b.c", prioritization: [] },
    ],
  ],
  [
    "identify_users",
    validateIdentifyUsers,
    [
      { external_id: "1", user_alias: alias },
      { external_id: "1", email: "a@b.c", prioritization: ["least_recently_updated"] },
      { external_id: "1", phone: "+1222" },
    ],
    [{ external_id: "1" }, { user_alias: alias }, { external_id: "1", email: "" }],
  ],
  [
    "merge_users",
    validateMergeUsers,
    [
      { identifier_to_merge: { external_id: "1" }, identifier_to_keep: { user_alias: alias } },
      { identifier_to_merge: { email: "a@b.c", prioritization }, identifier_to_keep: { phone: "+1222" } },
    ],
    [
      { identifier_to_merge: { external_id: "1" } },
      { identifier_to_merge: { external_id: "1" }, identifier_to_keep: {} },
      { identifier_to_merge: { external_id: "1", email: "a@b.c" }, identifier_to_keep: { external_id: "2" } },
      { identifier_to_merge: { braze_id: "1" }, identifier_to_keep: { external_id: "2" } },
    ],
  ],
  [
    "rename_external_ids",
    validateRenameExternalIds,
    [{ current_external_id: "1", new_external_id: "2" }],
    [{ current_external_id: "1" }, { current_external_id: "1", new_external_id: "" }],
  ],
  [
    "catalog_items",
    validateCatalogItems,
    [
      { id: "a-1_B" },
      { id: "a", Name: "x", Rating: 1.5, Open: true, Location: { lat: 1 }, Dishes: ["x"], Since: null },
      { id: "a".repeat(250), text: "x".repeat(5000) },
    ],
    [
      { Name: "x" },
      { id: 1 },
      { id: "a b" },
      { id: "a".repeat(251) },
      { id: "a", "first name": "x" },
      { id: "a", text: "x".repeat(5001) },
    ],
  ],
  ...(
    [
      ["campaign_trigger", validateCampaignTrigger, "trigger_properties"],
      ["canvas_trigger", validateCanvasTrigger, "context"],
    ] as const
  ).map(([name, validate, properties]): (typeof cases)[number] => [
    name,
    validate,
    [
      { external_user_id: "1" },
      { user_alias: alias, [properties]: { x: { y: [1] } } },
      { braze_id: "b" },
      { email: "a@b.c", prioritization },
      { external_user_id: "1", send_to_existing_only: false, attributes: { first_name: "x" } },
      { external_user_id: "1", send_to_existing_only: true },
    ],
    [
      { [properties]: {} },
      { external_user_id: "1", user_alias: alias },
      { external_user_id: "1", [properties]: "text" },
      { external_user_id: "1", send_to_existing_only: false },
      { user_alias: alias, send_to_existing_only: false, attributes: {} },
      { phone: "+1222" },
    ],
  ]),
];

describe.each(cases)("a record of %s", (_, validate, valid, invalid) => {
  test.each(valid.map((record) => [JSON.stringify(record).slice(0, 80), record]))(
    "may be %s",
    (_text, record) => {
      validate(record);
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  test.each(invalid.map((record) => [JSON.stringify(record).slice(0, 80), record]))(
    "may not be %s",
    (_text, record) => {
      expect(validate(record)).toBe(false);
    },
  );
});
