import type { JsonObject } from "@braze-connectors/shared/json";
import { objectNamed, prepared } from "../testing/objects";
import { fingerprintOf, unrepeatable } from "./unrepeatable";

function of(name: string, record: JsonObject, mode?: "update" | "overwrite" | "soft_delete") {
  const object = objectNamed(name);
  const chosen = (mode && object.forMode?.(mode)) ?? object;
  const { body, identity, slot = chosen.slot } = prepared(chosen, record);
  return { slot, identity, body };
}

describe("what must not reach Braze twice", () => {
  it.each<[string, JsonObject]>([
    [
      "subscription_groups",
      { external_id: "u", subscription_group_id: "g", subscription_state: "subscribed" },
    ],
    ["identify_users", { external_id: "u", email: "e@x.org" }],
    ["delete_users", { external_id: "u" }],
    ["catalog_items/cars", { id: "a", price: 1, engine: { inc: "x" } }],
  ])("nothing of %s", (name, record) => {
    expect(unrepeatable(of(name, record))).toBeUndefined();
    expect(fingerprintOf(of(name, record))).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ["user_aliases", { external_id: "u", alias_label: "l", alias_name: "a" }],
    ["user_aliases", { alias_label: "l", old_alias_name: "a", new_alias_name: "b" }],
    ["merge_users", { identifier_to_merge: { external_id: "a" }, identifier_to_keep: { external_id: "b" } }],
    ["rename_external_ids", { current_external_id: "a", new_external_id: "b" }],
    ["campaign_trigger/x", { external_user_id: "u", trigger_properties: { a: 1 } }],
    ["canvas_trigger/x", { external_user_id: "u", context: { a: 1 } }],
  ])("the whole of %s", (name, record) => {
    const whole = of(name, record);
    expect(unrepeatable(whole)).toBe(`${whole.slot.name} ${whole.identity} ${JSON.stringify(whole.body)}`);
  });

  it("the same message by another campaign is another message", () => {
    const record = { external_user_id: "u" };
    const texts = ["campaign_trigger/x", "campaign_trigger/y", "canvas_trigger/x"].map((name) =>
      unrepeatable(of(name, record)),
    );
    expect(new Set(texts).size).toBe(3);
  });

  it("of items what adds to a list, in every mode in which Braze knows that", () => {
    const record = { id: "a", price: 1, tags: { $add: ["x"] } };
    for (const mode of [undefined, "update"] as const)
      expect(unrepeatable(of("catalog_items/cars", record, mode))).toContain('[["tags",{"$add":["x"]}]]');
    for (const mode of ["overwrite", "soft_delete"] as const)
      expect(unrepeatable(of("catalog_items/cars", record, mode))).toBeUndefined();
  });
});
