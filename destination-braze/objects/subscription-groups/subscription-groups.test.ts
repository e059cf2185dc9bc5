import { Batch } from "../../pipeline/batch";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";
import { limitsWith } from "../../testing/updates";

const object = objectNamed("subscription_groups");
const news = { subscription_group_id: "news", subscription_state: "subscribed" };

describe("subscription_groups", () => {
  it("identifies by one identifier, which chooses the slot; the others do not travel", () => {
    const all = { external_id: "u", email: "U@example.com", phone: "+32475123456", ...news };
    const byId = prepared(object, all);
    expect(byId).toMatchObject({ identity: "external_id:u", body: { external_id: "u", ...news } });
    expect(Object.keys(byId.body)).not.toContain("email");
    const byEmail = prepared(object, { ...all, external_id: null });
    expect(byEmail).toMatchObject({ identity: "email:u@example.com", body: { email: "U@example.com" } });
    expect(byEmail.slot?.name).toBe("subscription_groups by email");
    const byPhone = prepared(object, { ...all, external_id: "", email: null });
    expect([byPhone.identity, byPhone.slot?.name]).toEqual([
      "phone:+32475123456",
      "subscription_groups by phone",
    ]);
  });

  it("prefers the identifier that the user has chosen", () => {
    const record = { external_id: "u", email: "u@example.com", ...news };
    expect(prepared(object, record, objectOptions({ matchBy: "email" })).identity).toBe(
      "email:u@example.com",
    );
  });

  it("takes a number as an id, and rejects who has none", () => {
    expect(prepared(object, { external_id: 17, ...news }).body).toMatchObject({ external_id: "17" });
    expect(object.prepare({ braze_id: "b", ...news }, objectOptions()).reasons).toEqual([
      { code: "missing_identifier", message: "The record has no external_id, email or phone." },
    ]);
  });

  it("groups the users of a request by group, state and option", () => {
    const objects = outgoingTo(object, [
      { external_id: "a", ...news },
      { external_id: "b", ...news, subscription_state: "unsubscribed" },
      { external_id: "c", ...news },
      { external_id: "d", ...news, subscription_group_id: "__proto__" },
      { external_id: "e", ...news, use_double_opt_in_logic: true },
    ]);
    expect(bodyOf(objects)).toEqual({
      subscription_groups: [
        { ...news, external_ids: ["a", "c"] },
        { ...news, subscription_state: "unsubscribed", external_ids: ["b"] },
        { ...news, subscription_group_id: "__proto__", external_ids: ["d"] },
        { ...news, use_double_opt_in_logic: true, external_ids: ["e"] },
      ],
    });
  });

  it("lets 50 users into a group of a request, and others into other groups", () => {
    const batch = new Batch(object.slot.endpoint.batchLimits(limitsWith()));
    const objects = outgoingTo(
      object,
      Array.from({ length: 51 }, (_, index) => ({ external_id: `u${index}`, ...news })),
    );
    expect(objects.map((each) => batch.add(each)).filter(Boolean)).toHaveLength(50);
    const [other] = outgoingTo(object, [{ external_id: "o", ...news, subscription_state: "unsubscribed" }]);
    expect(other && batch.add(other)).toBe(true);
  });

  it("merges states of one group, the later wins; never of two groups", () => {
    const merge = object.slot.merge;
    expect(merge?.({ ...news, external_id: "a" }, { ...news, external_id: "a", x: 1 })).toMatchObject({
      x: 1,
    });
    expect(merge?.(news, { ...news, subscription_group_id: "other" })).toBeUndefined();
  });

  it("is never sent by email and phone in one request, and remembers nothing", () => {
    expect(new Set(object.slots.map(({ endpoint }) => endpoint)).size).toBe(3);
    for (const slot of object.slots)
      expect([slot.memory, slot.dataPoints, slot.repeatable]).toEqual([undefined, 0, true]);
  });
});
