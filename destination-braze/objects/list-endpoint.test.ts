import { contentRefusals } from "@braze-connectors/shared/braze/errors";
import { outgoingOf } from "../pipeline/update";
import { limitsWith, recordWith } from "../testing/updates";
import { bodyOfLists, listEndpoint, listSlot } from "./list-endpoint";

const endpoint = listEndpoint({ path: "/things", permission: "things.write", rateGroup: "user identities" });
const aliases = listSlot({ name: "things by alias", list: "aliases", endpoint });
const emails = listSlot({ name: "emails", endpoint });

const outgoing = (slot: typeof aliases, body: object) =>
  outgoingOf({ record: recordWith({}), slot, identity: "i", body: { ...body } });

describe("an endpoint of lists", () => {
  it("is what most of them are, and what it is given", () => {
    expect(endpoint).toMatchObject({
      name: "/things",
      method: "POST",
      accept: contentRefusals,
      inDoubt: "send again",
      ordered: false,
    });
    const message = listEndpoint({
      path: "/x",
      permission: "p",
      rateGroup: "triggers",
      inDoubt: "reject",
      method: "PUT",
    });
    expect(message).toMatchObject({ inDoubt: "reject", method: "PUT" });
  });

  it("takes 50 objects, counted together, and few requests at a time", () => {
    const limits = limitsWith({ objectsPerRequest: 7, countObjects: "per_array", concurrentRequests: 32 });
    expect(endpoint.batchLimits(limits)).toEqual({
      objectsPerRequest: 50,
      countObjects: "combined",
      maxRequestBytes: 4_000_000,
      concurrentRequests: 8,
    });
    expect(endpoint.batchLimits(limitsWith({ concurrentRequests: 2 })).concurrentRequests).toBe(2);
  });

  it("puts objects under the lists of their slots, in their order, behind other members", () => {
    const objects = [outgoing(aliases, { a: 1 }), outgoing(emails, { b: 2 }), outgoing(aliases, { c: '"' })];
    expect(bodyOfLists(objects, ['"id":"x"'])).toBe(
      '{"id":"x","aliases":[{"a":1},{"c":"\\""}],"emails":[{"b":2}]}',
    );
    expect(JSON.parse(String(endpoint.requestBody(objects)))).toEqual({
      aliases: [{ a: 1 }, { c: '"' }],
      emails: [{ b: 2 }],
    });
  });

  it("sends the part of an object that is to be sent", () => {
    const reduced = { ...outgoing(aliases, { a: 1, b: 2 }), sent: { a: 1 } };
    expect(bodyOfLists([reduced])).toBe('{"aliases":[{"a":1}]}');
  });

  it("has slots that cost no data points, may be repeated and remember nothing", () => {
    expect(emails).toMatchObject({ list: "emails", order: 0, dataPoints: 0, repeatable: true });
    expect(emails.memory).toBeUndefined();
  });
});
