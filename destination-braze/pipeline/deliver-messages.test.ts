import { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { OutcomeUnknownError } from "@braze-connectors/shared/braze/errors";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import { objectNamed, outgoingTo } from "../testing/objects";
import { limitsWith } from "../testing/updates";
import { Deliverer } from "./deliver";
import type { Outgoing } from "./update";

const recipients = (campaign: string, ...ids: string[]): Outgoing[] =>
  outgoingTo(
    objectNamed(`campaign_trigger/${campaign}`),
    ids.map((id) => ({ external_user_id: id })),
  );

const unknown = new OutcomeUnknownError(new ConnectorError("transient_error", "The connection was cut."));
type Answer = Partial<BrazeResponse> | Error | Promise<Partial<BrazeResponse>>;

/** A Braze that gives these answers one after the other, then success. */
function setUp(...answers: Answer[]) {
  const requests: BrazeRequest[] = [];
  const send = async (request: BrazeRequest): Promise<BrazeResponse> => {
    requests.push(request);
    const answer = await (answers.shift() ?? { status: 201 });
    if (answer instanceof Error) throw answer;
    return { status: 201, headers: {}, body: {}, ...answer };
  };
  const deliverer = new Deliverer({ send }, { of: () => new RateLimit() }, limitsWith());
  return { deliverer, requests };
}

describe("Deliverer, of messages", () => {
  it("rejects a batch of which nobody knows what became, and does not send it again", async () => {
    const { deliverer, requests } = setUp(unknown);
    const fates = await deliverer.deliver(recipients("a", "u", "v"));
    expect(fates).toEqual(
      Array(2).fill({ accepted: false, code: "outcome_unknown", reason: unknown.message }),
    );
    expect(requests).toHaveLength(1);
    expect(requests[0]?.inDoubt).toBe("reject");
  });

  it("rides an outage out with a request that names nobody, before the next batch", async () => {
    let end: (answer: Partial<BrazeResponse>) => void = () => undefined;
    const outage = new Promise<Partial<BrazeResponse>>((resolve) => {
      end = resolve;
    });
    const { deliverer, requests } = setUp(unknown, outage);
    await deliverer.deliver(recipients("b", "u"));
    const next = deliverer.deliver(recipients("b", "v"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(requests).toHaveLength(2);
    expect(requests[1]).toMatchObject({ body: {}, inDoubt: "send again", path: "/campaigns/trigger/send" });
    expect(requests[1]?.accept).toContain(400);
    end({ status: 400 });
    expect(await next).toEqual([{ accepted: true }]);
    await deliverer.deliver(recipients("b", "w"));
    expect(requests.map(({ body }) => typeof body)).toEqual(["string", "object", "string", "string"]);
  });

  it("does not hold up other endpoints, nor asks for those", async () => {
    const { deliverer, requests } = setUp(unknown);
    await deliverer.deliver(recipients("c", "u"));
    await deliverer.deliver(recipients("d", "u"));
    expect(requests.map(({ body }) => typeof body)).toEqual(["string", "string"]);
  });

  it("ends the sync where Braze can't be used, for a probe as well", async () => {
    const refused = new ConnectorError("config_error", "401");
    const { deliverer } = setUp(unknown, refused);
    await deliverer.deliver(recipients("e", "u"));
    await expect(deliverer.deliver(recipients("e", "v"))).rejects.toBe(refused);
  });

  it("sends nobody a second message for an error that names nobody", async () => {
    const stray = { status: 201, body: { errors: [{ type: "something is wrong" }] } };
    const { deliverer, requests } = setUp(stray);
    const fates = await deliverer.deliver(recipients("f", "u", "v", "w"));
    expect(requests).toHaveLength(1);
    expect(fates).toEqual(
      Array(3).fill({
        accepted: false,
        code: "outcome_unknown",
        reason: expect.stringContaining("something is wrong"),
      }),
    );
  });

  it("sends what was surely not taken again without those at fault", async () => {
    const named = { errors: [{ type: "no", input_array: "recipients", index: 1 }] };
    const { deliverer, requests } = setUp({ status: 400, body: named });
    const fates = await deliverer.deliver(recipients("g", "u", "bad", "w"));
    expect(fates.map(({ accepted }) => accepted)).toEqual([true, false, true]);
    expect(JSON.parse(String(requests[1]?.body)).recipients).toEqual([
      { external_user_id: "u" },
      { external_user_id: "w" },
    ]);
  });
});
