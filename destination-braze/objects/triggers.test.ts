import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../testing/objects";

const campaign = objectNamed("campaign_trigger/abc");
const canvas = objectNamed("canvas_trigger/def");
const alias = { alias_name: "a", alias_label: "device" };

describe("recipients of a campaign", () => {
  it("have one identifier", () => {
    const record = { external_user_id: 17, email: "a@x.org", trigger_properties: { n: null } };
    expect(prepared(campaign, record)).toMatchObject({
      identity: "external_id:17",
      body: { external_user_id: "17", trigger_properties: { n: null } },
    });
    expect(Object.keys(prepared(campaign, record).body)).not.toContain("email");
    expect(prepared(campaign, { external_id: "u", user_alias: alias }).body).toEqual({
      external_user_id: "u",
    });
    expect(prepared(campaign, { user_alias: alias, prioritization: ["identified"] }).body).toEqual({
      user_alias: alias,
    });
    expect(prepared(campaign, { external_user_id: "", email: "A@x.org" })).toMatchObject({
      identity: "email:a@x.org",
      body: { email: "A@x.org", prioritization: ["unidentified", "most_recently_updated"] },
    });
  });

  it("are found by the identifier that the user has chosen", () => {
    const record = { external_user_id: "u", email: "a@x.org" };
    expect(prepared(campaign, record, objectOptions({ matchBy: "email" })).identity).toBe("email:a@x.org");
  });

  it.each<[JsonObject, string | undefined]>([
    [{ trigger_properties: {} }, "The record has no external_user_id, user_alias, braze_id or email."],
    [
      { external_user_id: "u", send_to_existing_only: false },
      "attributes is missing: with send_to_existing_only false, Braze creates the recipient from them.",
    ],
    [
      { user_alias: alias, send_to_existing_only: false, attributes: {} },
      "send_to_existing_only can't be false for a user_alias: Braze creates nobody by an alias here.",
    ],
    [
      { external_user_id: "u", trigger_properties: { n: 2 ** 60 } },
      "trigger_properties holds a number that is too large a number to be read exactly: send it as text.",
    ],
    [{ external_user_id: "u", send_to_existing_only: false, attributes: { a: 1 } }, undefined],
  ])("says what is wrong with %j", (record, message) => {
    expect(campaign.prepare(record, objectOptions()).reasons?.[0]?.message).toBe(message);
  });

  it("are sent with the id of the campaign or Canvas", () => {
    expect(bodyOf(outgoingTo(campaign, [{ external_user_id: "u" }]))).toEqual({
      campaign_id: "abc",
      recipients: [{ external_user_id: "u" }],
    });
    expect(bodyOf(outgoingTo(canvas, [{ external_user_id: "u", context: { a: 1 } }]))).toEqual({
      canvas_id: "def",
      recipients: [{ external_user_id: "u", context: { a: 1 } }],
    });
  });

  it("are never merged, cost no data points, and what is done in doubt is for the config to say", () => {
    const [kept] = outgoingTo(campaign, [{ external_user_id: "u" }]);
    const [again] = outgoingTo(
      campaign,
      [{ external_user_id: "u" }],
      objectOptions({ messagesInDoubt: "send again" }),
    );
    expect(kept?.slot).toMatchObject({ repeatable: false, dataPoints: 0, endpoint: { inDoubt: "reject" } });
    expect(kept?.slot.merge).toBeUndefined();
    expect(again?.slot.endpoint.inDoubt).toBe("send again");
    expect(again?.slot.name).toBe(kept?.slot.name);
  });

  it("of each campaign have an endpoint of their own", () => {
    expect(objectNamed("campaign_trigger/other").slot.endpoint).not.toBe(campaign.slot.endpoint);
    expect(campaign.slot.endpoint.path).toBe(objectNamed("campaign_trigger/other").slot.endpoint.path);
  });

  it("are rejected all where Braze takes the request and sends nothing", () => {
    const objects = outgoingTo(canvas, [{ external_user_id: "u" }, { external_user_id: "v" }]);
    const { judge } = canvas.slot.endpoint;
    expect(judge(201, { message: "success", notice: "The Canvas is paused." }, objects)).toEqual({
      kind: "settled",
      fates: Array(2).fill({ kind: "rejected", reason: "The Canvas is paused." }),
    });
    expect(judge(201, { message: "success" }, objects)).toMatchObject({
      fates: [{ kind: "accepted" }, { kind: "accepted" }],
    });
    expect(judge(400, { notice: "x", message: "no" }, objects)).toEqual({ kind: "split", reason: "no" });
  });

  it.each([
    ["Invalid Campaign ID", true],
    ["No messaging API campaign was found for your provided campaign ID.", true],
    ["The canvas_id is invalid", true],
    ["campaign does not exist", true],
    ["This Canvas is not API-triggered.", true],
    ["campaign has been archived", true],
    ["No Recipients", false],
    ["The recipient is not in the audience of the campaign", false],
    ["campaign trigger_properties of user u5 is invalid", false],
    ["trigger_properties must be an object", false],
  ])("are not blamed for what is wrong with their campaign: %s", (message, stopsAll) => {
    const objects = outgoingTo(campaign, [{ external_user_id: "u" }]);
    const outcome = campaign.slot.endpoint.judge(400, { message }, objects);
    expect(outcome.kind).toBe(stopsAll ? "stops all" : "split");
    if (outcome.kind !== "stops all") return;
    expect(outcome.error).toMatchObject({
      failureType: "config_error",
      message: `The stream "users" is written to campaign_trigger/abc, but Braze sends nothing for the campaign "abc" (400: ${message}): check that this is the API identifier of one that is API-triggered and live.`,
    });
  });
});
