import type { Mapping } from "@braze-connectors/spec/mapping";
import type { JsonObject } from "../json";
import { applyMapping } from "./apply";
import { compileMapping } from "./compile";
import { identifierNames, rulesOf } from "./objects";

const compile = (mapping: Omit<Mapping, "stream">, object: string) =>
  compileMapping(
    { stream: "s", ...mapping },
    { position: "streams.0", stream: "s", object, schema: {}, nullValues: "clear" },
  );

/** What is wrong with an entry, without the words around. */
function problems(mapping: Omit<Mapping, "stream">, object: string): string | undefined {
  try {
    compile(mapping, object);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function body(mapping: Omit<Mapping, "stream">, object: string, record: JsonObject): JsonObject {
  const mapped = applyMapping(compile(mapping, object), record);
  if (mapped.reasons) throw new Error(JSON.stringify(mapped.reasons));
  return mapped.body;
}

const byId = [{ field: "id", as: "external_id" }];

describe("rules of objects", () => {
  it.each([
    ["subscription_groups", ["external_id", "email", "phone"]],
    ["identify_users", ["user_alias", "email", "phone"]],
    ["delete_users", identifierNames],
    ["campaign_trigger/x", ["external_id", "user_alias", "braze_id", "email"]],
    ["canvas_trigger/x", ["external_id", "user_alias", "braze_id", "email"]],
    ["users", identifierNames],
  ])("%s are found by %j", (object, identifiers) => {
    expect(rulesOf(object)).toMatchObject({ name: object, identifiers, ofUser: true });
  });

  it("refuse an identifier by which nobody would be found", () => {
    const mapping = { identifiers: [{ field: "p", as: "phone" }] };
    expect(problems(mapping, "campaign_trigger/x")).toContain(
      "can't be found: they take external_id, user_alias, braze_id, email",
    );
    expect(problems(mapping, "delete_users")).toBeUndefined();
  });

  it("ask for whom, and for what Braze asks for", () => {
    expect(
      problems({ fields: [{ field: "g", as: "subscription_group_id" }] }, "subscription_groups"),
    ).toMatch(/"identifiers".*"subscription_state"/);
    expect(problems({ identifiers: byId }, "delete_users")).toBeUndefined();
    expect(problems({ fields: [{ field: "a", as: "new_external_id" }] }, "rename_external_ids")).toContain(
      '"current_external_id"',
    );
  });

  it("refuse fields that a closed object does not have, with those that it has", () => {
    const mapping = { identifiers: byId, fields: [{ field: "x", as: "colour" }] };
    expect(problems(mapping, "delete_users")).toContain("they have prioritization");
    expect(problems(mapping, "campaign_trigger/x")).toContain('"trigger_properties.colour"');
    expect(problems(mapping, "canvas_trigger/x")).toContain('"context.colour"');
  });

  it("refuse to merge with anything but a user", () => {
    const fields = [{ field: "x", as: "price", merge: "sum" as const }];
    expect(problems({ fields: [{ field: "id", as: "id" }, ...fields] }, "catalog_items/x")).toContain(
      "only users",
    );
  });

  it("let both users of a merge be written from columns", () => {
    const mapping = {
      fields: [
        { field: "from", as: "identifier_to_merge.external_id" },
        { field: "label", as: "identifier_to_keep.user_alias.alias_label" },
        { field: "name", as: "identifier_to_keep.user_alias.alias_name" },
      ],
    };
    expect(body(mapping, "merge_users", { from: "a", label: "l", name: "n" })).toEqual({
      identifier_to_merge: { external_id: "a" },
      identifier_to_keep: { user_alias: { alias_label: "l", alias_name: "n" } },
    });
  });

  it("let an item have any field, also those of profiles and options, and clear it", () => {
    const mapping = {
      fields: [
        { field: "key", as: "id" },
        { field: "mail", as: "external_id" },
      ],
      remaining: { include: true },
    };
    const record = JSON.parse(
      '{"key": 7, "mail": null, "_merge_objects": true, "email": "x", "__proto__": 1}',
    );
    expect(JSON.stringify(body(mapping, "catalog_items/x", record))).toBe(
      '{"id":7,"external_id":null,"_merge_objects":true,"email":"x","__proto__":1}',
    );
    expect(problems({ fields: [{ field: "a", as: "a" }] }, "catalog_items/x")).toContain('"id"');
  });

  it("put what else there is under the properties of a message", () => {
    const mapping = { identifiers: byId, remaining: { include: true } };
    const record = { id: "u", total: 1, email: "e", nothing: null };
    expect(body(mapping, "campaign_trigger/x", record)).toEqual({
      external_id: "u",
      trigger_properties: { total: 1, email: "e" },
    });
    expect(body(mapping, "canvas_trigger/x", record)).toMatchObject({ context: { total: 1 } });
  });

  it("say nothing of an object that nobody knows", () => {
    expect(rulesOf("constructor/x")).toMatchObject({ fields: new Map(), isClosed: false });
  });
});
