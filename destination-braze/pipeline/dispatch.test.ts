import fc from "fast-check";
import { type TrackArray, trackArrays } from "../objects/track/track";
import type { Limits } from "../settings";
import { limitsWith, updateOf } from "../testing/updates";
import type { FinalFate } from "./deliver";
import { type DispatchEvents, Dispatcher } from "./dispatch";
import type { Outgoing, Update } from "./update";

interface Delivery {
  objects: readonly Outgoing[];
  answer(fates?: FinalFate[]): void;
  fail(error: unknown): void;
}

/** A delivery that goes on only when the test says so. */
class FakeDeliverer {
  readonly deliveries: Delivery[] = [];
  readonly open = new Set<Delivery>();

  deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    return new Promise((resolve, reject) => {
      const delivery: Delivery = {
        objects,
        answer: (fates = objects.map(() => ({ accepted: true }))) => {
          this.open.delete(delivery);
          resolve(fates);
        },
        fail: (error) => {
          this.open.delete(delivery);
          reject(error);
        },
      };
      this.deliveries.push(delivery);
      this.open.add(delivery);
    });
  }

  /** Identities by request. */
  get identities(): string[][] {
    return this.deliveries.map(({ objects }) => objects.map(({ identity }) => identity));
  }

  answerAll(): void {
    for (const delivery of [...this.open]) delivery.answer();
  }
}

class Recorder implements DispatchEvents {
  readonly settled: [Update, string][] = [];
  readonly errors: unknown[] = [];
  readonly delivered = (): void => undefined;
  readonly unchanged = (update: Update): void => void this.settled.push([update, "unchanged"]);
  readonly accepted = (update: Update): void => void this.settled.push([update, "accepted"]);
  readonly rejected = (update: Update, { code, message }: { code: string; message: string }): void =>
    void this.settled.push([update, `${code}: ${message}`]);
  readonly failed = (error: unknown): void => void this.errors.push(error);
}

function setUp(changed: Partial<Limits> = {}) {
  const deliverer = new FakeDeliverer();
  const events = new Recorder();
  return { deliverer, events, dispatcher: new Dispatcher(limitsWith(changed), deliverer, events) };
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const addUsers = (dispatcher: Dispatcher, count: number, prefix = "u"): void => {
  for (let index = 0; index < count; index++) void dispatcher.add(updateOf(`${prefix}${index}`, { index }));
};

describe("Dispatcher", () => {
  it("sends when a batch is full, and the rest when drained", async () => {
    const { dispatcher, deliverer, events } = setUp({ objectsPerRequest: 3 });
    addUsers(dispatcher, 8);
    expect(deliverer.identities).toEqual([
      ["u0", "u1", "u2"],
      ["u3", "u4", "u5"],
    ]);
    const drained = dispatcher.drain();
    expect(deliverer.identities[2]).toEqual(["u6", "u7"]);
    deliverer.answerAll();
    await drained;
    expect(events.settled).toHaveLength(8);
  });

  it("sends a partial batch when told to", () => {
    const { dispatcher, deliverer } = setUp();
    addUsers(dispatcher, 2);
    expect(deliverer.deliveries).toHaveLength(0);
    dispatcher.flush();
    expect(deliverer.identities).toEqual([["u0", "u1"]]);
  });

  it("goes on draining after a flush", async () => {
    const { dispatcher, deliverer, events } = setUp();
    void dispatcher.add(updateOf("u", { name: "seen" }, "events"));
    void dispatcher.add(updateOf("u", { a: 1 }));
    const drained = dispatcher.drain();
    dispatcher.flush();
    deliverer.answerAll();
    await settle();
    expect(deliverer.deliveries).toHaveLength(2);
    deliverer.answerAll();
    await drained;
    expect(events.settled).toHaveLength(2);
  });

  it("drains in full requests: what did not fit into them does not go alone", async () => {
    const { dispatcher, deliverer, events } = setUp({ objectsPerRequest: 4, concurrentRequests: 8 });
    for (let user = 0; user < 8; user++)
      for (const array of trackArrays) void dispatcher.add(updateOf(`u${user}`, {}, array));
    const drained = dispatcher.drain();
    // One answer after the other, as they come.
    for (const { answer } of deliverer.deliveries) {
      answer();
      await settle();
    }
    await drained;
    expect(events.settled).toHaveLength(24);
    expect(deliverer.deliveries.map(({ objects }) => objects.length)).toEqual([4, 4, 4, 4, 4, 4]);
  });

  it("counts by array where the workspace does, and fills a request from all arrays", async () => {
    const { dispatcher, deliverer } = setUp({
      objectsPerRequest: 2,
      countObjects: "per_array",
      concurrentRequests: 1,
    });
    addUsers(dispatcher, 2, "first");
    const arrays = ["attributes", "attributes", "attributes", "events", "events", "purchases"] as const;
    for (const [index, array] of arrays.entries()) void dispatcher.add(updateOf(`u${index}`, {}, array));
    deliverer.answerAll();
    await settle();
    expect(deliverer.deliveries[1]?.objects.map(({ slot }) => slot.name)).toEqual([
      "attributes",
      "attributes",
      "events",
      "events",
      "purchases",
    ]);
  });

  it("keeps no more requests in flight than allowed", () => {
    const { dispatcher, deliverer } = setUp({ objectsPerRequest: 1, concurrentRequests: 2 });
    addUsers(dispatcher, 5);
    expect(deliverer.open.size).toBe(2);
  });

  it("never has two requests in flight for one identity, and merges what waits meanwhile", async () => {
    const { dispatcher, deliverer } = setUp({ objectsPerRequest: 1 });
    void dispatcher.add(updateOf("u", { a: 1 }));
    void dispatcher.add(updateOf("u", { a: 2 }));
    void dispatcher.add(updateOf("u", { b: 3 }));
    expect(deliverer.deliveries).toHaveLength(1);
    deliverer.answerAll();
    await settle();
    expect(deliverer.deliveries[1]?.objects.map(({ body }) => body)).toEqual([
      { external_id: "u", a: 2, b: 3 },
    ]);
  });

  it("knows after a failure what was not delivered: what was under way, and what waits", async () => {
    const { dispatcher, deliverer } = setUp({ objectsPerRequest: 2, concurrentRequests: 2 });
    addUsers(dispatcher, 7);
    const [first, second] = deliverer.deliveries;
    second?.fail(new Error("no key"));
    await settle();
    first?.answer([{ accepted: true }, { accepted: false, reason: "no" }]);
    await dispatcher.close();
    expect([...dispatcher.undelivered()].map(({ identity }) => identity).sort()).toEqual([
      "u2",
      "u3",
      "u4",
      "u5",
      "u6",
    ]);
  });

  it("takes a merged object apart when it is refused, and rejects only the update at fault", async () => {
    const { dispatcher, deliverer, events } = setUp({ objectsPerRequest: 1 });
    void dispatcher.add(updateOf("u", { first: 0 }));
    for (let index = 0; index < 16; index++) {
      void dispatcher.add(updateOf("u", index === 5 ? { bad: true } : { [`a${index}`]: index }));
    }
    const drained = dispatcher.drain();
    while (deliverer.open.size > 0) {
      for (const delivery of [...deliverer.open]) {
        delivery.answer(
          delivery.objects.map(({ body }) =>
            body.bad ? { accepted: false, reason: "no" } : { accepted: true },
          ),
        );
      }
      await settle();
    }
    await drained;
    expect(events.settled.filter(([, fate]) => fate !== "accepted")).toEqual([
      [expect.objectContaining({ body: { external_id: "u", bad: true } }), "refused_by_braze: no"],
    ]);
    expect(events.settled).toHaveLength(17);
    // The first, the merged one, then two halves at each of four levels.
    expect(deliverer.deliveries).toHaveLength(10);
  });

  it("rejects what is too large for any request, and takes a merged object apart that has become so", async () => {
    const { dispatcher, deliverer, events } = setUp({ maxRequestBytes: 1000, objectsPerRequest: 2 });
    void dispatcher.add(updateOf("large", { text: "x".repeat(2000) }));
    for (const name of ["a", "b", "c"]) void dispatcher.add(updateOf("u", { [name]: "x".repeat(400) }));
    const drained = dispatcher.drain();
    while (deliverer.open.size > 0) {
      deliverer.answerAll();
      await settle();
    }
    await drained;
    const fates = events.settled.map(([{ identity }, fate]) => [identity, fate.split(":")[0]]);
    expect(fates).toEqual([
      ["large", "record_too_large"],
      ["u", "accepted"],
      ["u", "accepted"],
      ["u", "accepted"],
    ]);
    expect(deliverer.deliveries).toHaveLength(2);
  });

  it("sends large records without waiting for the count", () => {
    const { dispatcher, deliverer } = setUp({ maxRequestBytes: 10_000 });
    for (let index = 0; index < 8; index++)
      void dispatcher.add(updateOf(`u${index}`, { text: "x".repeat(3000) }));
    expect(deliverer.deliveries[0]?.objects).toHaveLength(3);
  });

  it("makes the input wait when too much is unsettled, and sends partial batches rather than wait for ever", async () => {
    const { dispatcher, deliverer } = setUp({ concurrentRequests: 1 });
    // The same user all over: it never fills a batch.
    let waits: Promise<void> | undefined;
    let added = 0;
    while (!waits && added < 10_000) {
      waits = dispatcher.add(updateOf("u", { added }));
      added += 1;
    }
    expect(added).toBe(1000);
    expect(deliverer.deliveries).toHaveLength(1);
    deliverer.answerAll();
    await waits;
  });

  it("makes the input wait when large records wait, whatever their number", () => {
    const { dispatcher } = setUp({ concurrentRequests: 1, maxRequestBytes: 4_000_000 });
    const update = updateOf("u", { name: "seen" }, "events");
    const large = { ...update, record: { ...update.record, sizeBytes: 1 << 20 } };
    const waits = Array.from({ length: 32 }, () => dispatcher.add(large));
    expect(waits.filter((wait) => wait !== undefined)).toHaveLength(1);
  });

  it("stops for good when a delivery fails, and says so once for each delivery", async () => {
    const { dispatcher, deliverer, events } = setUp({ objectsPerRequest: 1, concurrentRequests: 2 });
    addUsers(dispatcher, 3);
    const [first, second] = deliverer.deliveries;
    first?.fail(new Error("401"));
    await settle();
    addUsers(dispatcher, 3, "later");
    second?.answer();
    await dispatcher.drain();
    await dispatcher.close();
    expect(events.errors).toEqual([new Error("401")]);
    expect(events.settled.map(([{ identity }]) => identity)).toEqual(["u1"]);
    expect(deliverer.deliveries).toHaveLength(2);
  });

  it("lets a waiting input go when it is closed, and waits for what is in flight", async () => {
    const { dispatcher, deliverer, events } = setUp({ concurrentRequests: 1, objectsPerRequest: 1 });
    addUsers(dispatcher, 999);
    const waits = dispatcher.add(updateOf("last"));
    let closed = false;
    const closing = dispatcher.close().then(() => {
      closed = true;
    });
    await waits;
    await settle();
    expect(closed).toBe(false);
    deliverer.answerAll();
    await closing;
    expect(events.settled).toHaveLength(1);
    expect(deliverer.deliveries).toHaveLength(1);
  });

  it("loses nothing, keeps each identity's order and its limits, whatever the answers and their order", async () => {
    const step = fc.record({
      identity: fc.constantFrom("a", "b", "c", "d", "e"),
      array: fc.constantFrom(...trackArrays),
      bad: fc.boolean(),
      answers: fc.nat(3),
      pick: fc.nat(),
    });
    const changed = fc.record({
      objectsPerRequest: fc.integer({ min: 1, max: 4 }),
      concurrentRequests: fc.integer({ min: 1, max: 3 }),
      countObjects: fc.constantFrom("combined" as const, "per_array" as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), changed, async (steps, limits) => {
        const { dispatcher, deliverer, events } = setUp(limits);
        const reached: [string, number][] = [];
        const answer = async (pick: number): Promise<void> => {
          const delivery = [...deliverer.open][pick % Math.max(1, deliverer.open.size)];
          if (!delivery) return;
          expectUndivided(deliverer);
          delivery.answer(delivery.objects.map(fateOf));
          for (const each of delivery.objects) if (fateOf(each).accepted) noteReached(each, reached);
          await settle();
        };
        const updates = steps.map(({ identity, array, bad }, order) =>
          updateOf(identity, { order, [`bad${order}`]: bad }, array),
        );
        for (const [index, { answers, pick }] of steps.entries()) {
          void dispatcher.add(updates[index] as Update);
          for (let count = 0; count < answers; count++) await answer(pick);
        }
        const drained = dispatcher.drain();
        while (deliverer.open.size > 0) await answer(7);
        await drained;

        expect(new Set(events.settled.map(([update]) => update))).toEqual(new Set(updates));
        expect(events.settled).toHaveLength(updates.length);
        for (const [update, fate] of events.settled) {
          const isBad = Object.entries(update.body).some(([key, value]) => key.startsWith("bad") && value);
          expect(fate).toBe(isBad ? "refused_by_braze: no" : "accepted");
        }
        expectOrder(reached, updates);
      }),
    );
  });
});

const fateOf = ({ body }: Outgoing): FinalFate =>
  Object.entries(body).some(([key, value]) => key.startsWith("bad") && value === true)
    ? { accepted: false, reason: "no" }
    : { accepted: true };

function expectUndivided(deliverer: FakeDeliverer): void {
  const inFlight = [...deliverer.open].map(({ objects }) => new Set(objects.map(({ identity }) => identity)));
  const all = inFlight.flatMap((identities) => [...identities]);
  expect(all).toHaveLength(new Set(all).size);
}

/** `identity array` with the order of the updates in which they took effect. */
function noteReached({ identity, slot, updates }: Outgoing, reached: [string, number][]): void {
  for (const { body } of updates) reached.push([`${identity} ${slot.name}`, body.order as number]);
}

/**
 * Within an array, which is what can be told from outside: between arrays, an attributes object that was
 * refused and taken apart comes after the events that travelled with it.
 */
function expectOrder(reached: readonly [string, number][], updates: readonly Update[]): void {
  for (const array of trackArrays as readonly TrackArray[]) {
    for (const { identity } of updates) {
      const orders = reached.flatMap(([lane, order]) => (lane === `${identity} ${array}` ? [order] : []));
      expect(orders).toEqual([...orders].sort((a, b) => a - b));
    }
  }
}
