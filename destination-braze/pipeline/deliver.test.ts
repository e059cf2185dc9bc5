import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import type { Json, JsonObject } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { type TrackArray, trackArrays } from "../objects/track/track";
import { limitsWith, outgoing } from "../testing/updates";
import { Deliverer } from "./deliver";
import type { Outgoing } from "./update";

type Answer = { status: number; body?: Json };
type Sent = Record<TrackArray, JsonObject[]>;

/** A Braze that answers as the test says; keeps what it was sent. */
class FakeBraze {
  readonly requests: Sent[] = [];

  constructor(private readonly answer: (sent: Sent, number: number) => Answer) {}

  readonly deliverer = new Deliverer(
    { send: (request: BrazeRequest) => this.post(request) },
    { of: () => new RateLimit() },
    limitsWith(),
  );

  private async post({ body, accept }: Partial<BrazeRequest>): Promise<BrazeResponse> {
    const sent: Sent = { attributes: [], events: [], purchases: [], ...JSON.parse(String(body)) };
    this.requests.push(sent);
    const { status, body: answer } = this.answer(sent, this.requests.length);
    if (status >= 400 && !accept?.includes(status)) throw new Error(`status ${status}`);
    return { status, headers: {}, body: answer };
  }

  /** External ids by request. */
  get ids(): Json[][] {
    return this.requests.map((sent) =>
      trackArrays.flatMap((array) => sent[array].map(({ external_id }) => external_id ?? null)),
    );
  }
}

const isBad = (object: JsonObject): boolean => object.bad === true;
const users = (...ids: string[]): Outgoing[] =>
  ids.map((id) => outgoing(id, id.startsWith("bad") ? { bad: true } : {}));
const all = (sent: Sent): JsonObject[] => trackArrays.flatMap((array) => sent[array]);

describe("Deliverer", () => {
  it("rejects exactly the object that a partial error names", async () => {
    const errors = [{ type: "no", input_array: "attributes", index: 1 }];
    const braze = new FakeBraze(() => ({ status: 201, body: { errors } }));
    expect(await braze.deliverer.deliver(users("1", "bad", "3"))).toEqual([
      { accepted: true },
      { accepted: false, reason: "no" },
      { accepted: true },
    ]);
    expect(braze.requests).toHaveLength(1);
    expect(braze.deliverer.statistics).toEqual({ requests: 1, objects: 3 });
  });

  it.each([400, 409, 422, 499])("finds the object that is refused with any status: %i", async (status) => {
    const braze = new FakeBraze((sent) =>
      all(sent).some(isBad) ? { status, body: { message: "no" } } : { status: 201 },
    );
    expect(await braze.deliverer.deliver(users("1", "2", "bad", "4"))).toEqual([
      { accepted: true },
      { accepted: true },
      { accepted: false, reason: "no" },
      { accepted: true },
    ]);
  });

  describe("when each of many objects is refused with the same words", () => {
    const many = users(...Array.from({ length: 20 }, (_, index) => `bad${index}`));
    const refusing = (status: number): FakeBraze =>
      new FakeBraze((sent) =>
        all(sent).some(isBad) ? { status, body: { message: "no" } } : { status: 201 },
      );

    it("stops where the status is none that Braze documents, and sends nothing more", async () => {
      const braze = refusing(422);
      const error = {
        failureType: "system_error",
        message: "Braze refused everything sent to POST /users/track (422: no).",
      };
      await expect(braze.deliverer.deliver(many)).rejects.toMatchObject(error);
      const { length } = braze.requests;
      await expect(braze.deliverer.deliver(users("1"))).rejects.toMatchObject(error);
      expect(braze.requests).toHaveLength(length);
    });

    it("rejects them where it has taken others, or they are few, or the status is documented", async () => {
      const rejected = { accepted: false, reason: "no" };
      const proven = refusing(422);
      await proven.deliverer.deliver(users("1"));
      expect(await proven.deliverer.deliver(many)).toEqual(many.map(() => rejected));
      expect(await refusing(422).deliverer.deliver(many.slice(0, 9))).toEqual(Array(9).fill(rejected));
      expect(await refusing(400).deliverer.deliver(many)).toEqual(many.map(() => rejected));
    });
  });

  it("lets a request be repeated whose answer can't be read, but not what must arrive once", async () => {
    const mayRepeat: (boolean | undefined)[] = [];
    const send = async ({ repeatable }: BrazeRequest): Promise<BrazeResponse> => {
      mayRepeat.push(repeatable?.());
      return { status: 201, headers: {}, body: {} };
    };
    const deliverer = new Deliverer({ send }, { of: () => new RateLimit() }, limitsWith());
    await deliverer.deliver(users("1", "2"));
    await deliverer.deliver([...users("1"), outgoing("2", { points: { inc: 1 } })]);
    expect(mayRepeat).toEqual([true, false]);
  });

  it("halves a batch that is refused as a whole until the object at fault is alone", async () => {
    const braze = new FakeBraze((sent) =>
      all(sent).some(isBad) ? { status: 400, body: { message: "no" } } : { status: 201 },
    );
    const fates = await braze.deliverer.deliver(users("1", "2", "3", "4", "5", "bad", "7", "8"));
    expect(fates.map((fate) => (fate.accepted ? "accepted" : fate.reason))).toEqual([
      ...Array(5).fill("accepted"),
      "no",
      ...Array(2).fill("accepted"),
    ]);
    expect(braze.ids.slice(1)).toEqual([
      ["1", "2", "3", "4"],
      ["5", "bad", "7", "8"],
      ["5", "bad"],
      ["5"],
      ["bad"],
      ["7", "8"],
    ]);
  });

  it("halves a request that is too large, and rejects an object that is too large by itself", async () => {
    const braze = new FakeBraze((sent) => ({ status: all(sent).length > 1 ? 413 : 201 }));
    expect(await braze.deliverer.deliver(users("1", "2", "3"))).toEqual(Array(3).fill({ accepted: true }));
    const refusing = new FakeBraze(() => ({ status: 413 }));
    expect(await refusing.deliverer.deliver(users("1"))).toEqual([
      { accepted: false, reason: "The request is larger than Braze accepts." },
    ]);
  });

  it("sends what a 400 does not name again, together", async () => {
    const errors = [{ type: "no", input_array: "attributes", index: 1 }];
    const braze = new FakeBraze((_, number) =>
      number === 1 ? { status: 400, body: { errors } } : { status: 201 },
    );
    const fates = await braze.deliverer.deliver(users("1", "bad", "3", "4"));
    expect(fates.map(({ accepted }) => accepted)).toEqual([true, false, true, true]);
    expect(braze.ids).toEqual([
      ["1", "bad", "3", "4"],
      ["1", "3", "4"],
    ]);
  });

  it("sends each object that an error may concern again by itself, once", async () => {
    const braze = new FakeBraze((sent) =>
      all(sent).some(isBad) ? { status: 201, body: { errors: [{ type: "no" }] } } : { status: 201 },
    );
    const fates = await braze.deliverer.deliver(users("1", "bad", "3"));
    expect(fates).toEqual([{ accepted: true }, { accepted: false, reason: "no" }, { accepted: true }]);
    expect(braze.ids).toEqual([["1", "bad", "3"], ["1"], ["bad"], ["3"]]);
  });

  it("passes on that Braze can't be used", async () => {
    const braze = new FakeBraze(() => ({ status: 401 }));
    await expect(braze.deliverer.deliver(users("1"))).rejects.toThrow("status 401");
  });

  it("finds exactly the objects at fault, however Braze puts it", async () => {
    const objects = fc.array(fc.record({ array: fc.constantFrom(...trackArrays), bad: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    const manner = fc.constantFrom<Manner>("names all", "names some", "names none", "texts");
    await fc.assert(
      fc.asyncProperty(objects, fc.infiniteStream(manner), async (contents, manners) => {
        const braze = new FakeBraze((sent) => complaint(sent, manners.next().value));
        const fates = await braze.deliverer.deliver(
          contents.map(({ array, bad }, index) => outgoing(String(index), { bad }, array)),
        );
        expect(fates.map(({ accepted }) => accepted)).toEqual(contents.map(({ bad }) => !bad));
      }),
    );
  });
});

type Manner = "names all" | "names some" | "names none" | "texts";

/** How Braze may say that some objects are bad. Only when it names all of them does it accept the others. */
function complaint(sent: Sent, manner: Manner): Answer {
  const errors = trackArrays.flatMap((input_array) =>
    sent[input_array].flatMap((object, index) => (isBad(object) ? [{ type: "no", input_array, index }] : [])),
  );
  if (errors.length === 0) return { status: 201, body: { message: "success" } };
  const allBad = all(sent).every(isBad);
  switch (manner) {
    case "names all":
      return { status: allBad ? 400 : 201, body: { message: "m", errors } };
    case "names some":
      return { status: 400, body: { message: "m", errors: errors.slice(0, 1) } };
    case "names none":
      return { status: 400, body: { message: "m" } };
    case "texts":
      return { status: allBad ? 400 : 201, body: { errors: errors.map(({ type }) => type) } };
  }
}
