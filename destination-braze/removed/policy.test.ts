import { removedProfilesOf } from "./policy";

const url = "https://rest.iad-01.braze.com";
const storage = { storage_type: "Local" as const, directory: "/data" };
const policy = (removed_profiles: string | { mark: string }, stored = true) =>
  removedProfilesOf({
    url,
    api_key: "k",
    removed_profiles,
    object_storage_config: stored ? storage : { storage_type: "None" },
  });

test("profiles are kept, unless the config says otherwise", () => {
  expect(removedProfilesOf({ url, api_key: "k" })).toEqual({ action: "keep" });
  expect(policy("keep", false)).toEqual({ action: "keep" });
  expect(policy("delete_user")).toEqual({ action: "delete_user" });
  expect(policy({ mark: "in_crm" })).toEqual({ action: "mark", attribute: "in_crm" });
  expect(policy("mark:in:crm")).toEqual({ action: "mark", attribute: "in:crm" });
});

test("a word that means nothing is refused", () => {
  expect(() => policy("forget")).toThrow("choose keep, clear_attributes, delete_user or mark:ATTRIBUTE");
});

test("nobody can be missed without storage", () => {
  expect(() => policy("delete_user", false)).toThrow('"removed_profiles" needs object_storage_config');
});

test.each(["email", "external_id", "_update_existing_only", "$x"])("%s can't be a mark", (mark) => {
  expect(() => policy({ mark })).toThrow("name a custom attribute");
  expect(() => policy(`mark:${mark}`)).toThrow("name a custom attribute");
});
