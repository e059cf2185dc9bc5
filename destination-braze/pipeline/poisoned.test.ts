import type { BrazeRequest, BrazeResponse } from "@braze-connectors/shared/braze/client";
import { networkError, statusError } from "@braze-connectors/shared/braze/errors";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import { limitsWith, outgoing } from "../testing/updates";
import { Deliverer } from "./deliver";
import { Health, Trial } from "./poisoned";

const facts = { method: "POST", path: "/users/track", endpoint: "https://rest.iad-01.braze.com" };
const maxAttempts = 8;

/** A Braze that retries as its client does, without the pauses. */
class FakeBraze {
  attempts = 0;
  /** The status for a body; 200 is success. */
  status: (body: string) => number = () => 201;
  /** Awaited before each attempt. */
  before: () => Promise<void> = async () => undefined;

  async send(rest: BrazeRequest): Promise<BrazeResponse> {
    for (let failures = 1; ; failures++) {
      await this.before();
      this.attempts += 1;
      const status = this.status(String(rest.body));
      if (status < 300) return { status, headers: {}, body: { message: "success" } };
      const error = statusError(status, undefined, facts);
      if (failures >= maxAttempts || rest.worthRetrying?.(failures, error) === false) throw error;
    }
  }
}

const delivererFor = (braze: FakeBraze): Deliverer =>
  new Deliverer(braze, { of: () => new RateLimit({}) }, limitsWith());
const batch = (...names: string[]) => names.map((name) => outgoing(name));
const holds = (body: string, name: string): boolean => body.includes(`"${name}"`);

describe("a record on which Braze's servers fail every time", () => {
  it("is found while other batches pass, without using all retries up", async () => {
    const braze = new FakeBraze();
    braze.status = (body) => (holds(body, "bad") ? 500 : 201);
    const deliverer = delivererFor(braze);
    let stop = false;
    const others = (async () => {
      while (!stop) await deliverer.deliver(batch("other"));
    })();
    const fates = await deliverer.deliver(batch("a", "bad", "c", "d"));
    stop = true;
    await others;
    expect(fates.map(({ accepted }) => accepted)).toEqual([true, false, true, true]);
    expect(fates[1]).toMatchObject({ reason: "Braze answered 500 3 times while it took other requests." });
  });

  it.each([
    ["bad", "b", "c"],
    ["a", "b", "bad"],
    ["a", "bad"],
  ])("is found in the only batch: %s %s", async (...names) => {
    const braze = new FakeBraze();
    braze.status = (body) => (holds(body, "bad") ? 502 : 201);
    const fates = await delivererFor(braze).deliver(batch(...names.filter((name) => name)));
    const refused = names.filter((_, index) => fates[index]?.accepted === false);
    expect(refused).toEqual(["bad"]);
  });

  it("is no reason to reject anything in an outage", async () => {
    const braze = new FakeBraze();
    braze.status = () => 500;
    const deliverer = delivererFor(braze);
    const results = await Promise.allSettled([
      deliverer.deliver(batch("a", "b")),
      deliverer.deliver(batch("c")),
      deliverer.deliver(batch("d", "e", "f")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  });

  it.each([1, 3])(
    "is no reason to reject anything in an outage that only one batch of %d meets",
    async (count) => {
      const braze = new FakeBraze();
      braze.status = () => 500;
      const objects = Array.from({ length: count }, (_, index) => outgoing(String(index)));
      await expect(delivererFor(braze).deliver(objects)).rejects.toThrow("kept failing");
      expect(braze.attempts).toBeGreaterThanOrEqual(maxAttempts);
    },
  );

  it("is not suspected when Braze fails on most of what others send", async () => {
    const braze = new FakeBraze();
    const health = new Health();
    braze.status = () => 500;
    let failures = 0;
    braze.before = async () => {
      failures += 1;
      // Meanwhile others: one passes, five fail.
      health.answered += 1;
      health.failed += 5;
    };
    const trial = new Trial(braze, health, "endless");
    await expect(trial.send({ method: "POST", path: "/users/track", body: "{}" }, 1)).rejects.toThrow(
      "kept failing",
    );
    expect(failures).toBe(maxAttempts);
  });

  it.each([
    ["one object is not refused as long as it may have had bad luck", 1, 6, false],
    ["one object is refused when that is out of the question", 1, 20, true],
    ["a batch is looked into sooner: that costs requests only", 2, 6, true],
  ])("where Braze fails on a part of everything, %s", async (_, count, failures, expected) => {
    const braze = new FakeBraze();
    const health = new Health();
    const trial = new Trial(braze, health, "endless");
    let refused = false;
    braze.send = async ({ worthRetrying }) => {
      const error = statusError(503, undefined, facts);
      for (let failure = 1; failure <= failures && !refused; failure++) {
        refused = worthRetrying?.(failure, error) === false;
        // Of the requests of others one in two fails.
        health.answered += 1;
        health.failed += 1;
      }
      return { status: 201, headers: {}, body: {} };
    };
    await trial.send({ method: "POST", path: "/users/track", body: "{}" }, count);
    expect(refused).toBe(expected);
  });

  it("is not suspected because connections break", async () => {
    const braze = new FakeBraze();
    const health = new Health();
    const worth: (boolean | undefined)[] = [];
    braze.send = async ({ worthRetrying }) => {
      for (let failure = 1; failure <= 20; failure++) {
        worth.push(worthRetrying?.(failure, networkError(new Error("cut"), facts)));
        health.answered += 10;
      }
      return { status: 201, headers: {}, body: {} };
    };
    await new Trial(braze, health, "usual").send({ method: "POST", path: "/users/track", body: "{}" }, 75);
    expect(new Set(worth)).toEqual(new Set([true]));
  });

  it("leaves other failures as they are", async () => {
    const braze = new FakeBraze();
    braze.status = () => 401;
    await expect(delivererFor(braze).deliver(batch("a", "b"))).rejects.toThrow("did not accept the API key");
  });
});
