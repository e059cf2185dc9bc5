import { clearingBody, unmarkingBody } from "./change-attributes";

test("clearing takes what we have set, but no consent and not the identifier, and creates nobody", () => {
  const names = ["email", "points", "email_subscribe", "push_tokens"];
  expect(clearingBody({ identity: "email:a@b.c", names })).toEqual({
    email: "a@b.c",
    points: null,
    _update_existing_only: true,
  });
  expect(clearingBody({ identity: "external_id:7", names })).toEqual({
    external_id: "7",
    email: null,
    points: null,
    _update_existing_only: true,
  });
});

test("unmarking sets the attribute to false", () => {
  expect(unmarkingBody("in_crm")({ identity: 'user_alias:["l","n"]', names: [] })).toEqual({
    user_alias: { alias_name: "n", alias_label: "l" },
    in_crm: false,
    _update_existing_only: true,
  });
});
