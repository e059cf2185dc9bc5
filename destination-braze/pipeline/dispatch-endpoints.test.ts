import fc from "fast-check";
import type { Endpoint, Slot } from "../objects/endpoint";
import { listEndpoint, listSlot } from "../objects/list-endpoint";
import { attributes, eventSlot } from "../objects/track/track";
import { limitsWith, recordWith } from "../testing/updates";
import type { FinalFate } from "./deliver";
import { Dispatcher } from "./dispatch";
import type { Outgoing, Update } from "./update";

const endpointAt = (path: string, changes: Partial<Endpoint> = {}): Endpoint =>
  listEndpoint({ path, permission: "p", rateGroup: "user identities", ...changes });
/** Few objects a request, so that several requests are filled. */
const small: Partial<Endpoint> = {
  batchLimits: (limits) => ({ ...limits, objectsPerRequest: 3, concurrentRequests: 2 }),
};
const aliasSlot = listSlot({ name: "aliases", endpoint: endpointAt("/aliases", small) });
const deletionSlot = listSlot({ name: "deletions", endpoint: endpointAt("/deletions", small) });
const knownSlot = listSlot({ name: "known items", endpoint: endpointAt("/patch", small) });
const itemSlot = listSlot({
  name: "items",
  endpoint: endpointAt("/put", small),
  memory: { identifierOf: () => "id", updatesOnly: () => false, prefix: "item." },
  whenKnown: knownSlot,
  merge: (earlier, later) => ({ ...earlier, ...later }),
});

let made = 0;
function updateTo(slot: Slot, identity: string, also?: string[], bad = false): Update {
  made += 1;
  const body = { id: identity, made, ...(bad ? { [`bad${made}`]: true } : {}) };
  return { record: recordWith(body), slot, identity, also, body };
}

const isBad = ({ body }: Pick<Outgoing, "body">): boolean =>
  Object.keys(body).some((key) => key.startsWith("bad"));
const identitiesOf = ({ updates }: Outgoing): string[] =>
  updates.flatMap(({ identity, also = [] }) => [identity, ...also]);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Request {
  endpoint: Endpoint;
  objects: readonly Outgoing[];
  answer(): Promise<void>;
}

/** A dispatcher whose requests are answered when the test says so, and what became of everything. */
class Lab {
  readonly requests: Request[] = [];
  readonly open = new Set<Request>();
  /** Updates in the order in which they took effect, or were refused. */
  readonly reached: Update[] = [];
  readonly fates = new Map<Update, string>();
  /** Identities of which an item was accepted: the next one travels elsewhere. */
  readonly known = new Set<string>();
  readonly dispatcher: Dispatcher;

  constructor(limits: Parameters<typeof limitsWith>[0] = {}) {
    const settle = (update: Update, fate: string): void => {
      expect(this.fates.has(update)).toBe(false);
      this.fates.set(update, fate);
    };
    this.dispatcher = new Dispatcher(
      limitsWith({ objectsPerRequest: 3, ...limits }),
      { deliver: (objects) => this.deliver(objects) },
      {
        delivered: ({ slot, identity }) => {
          if (slot === itemSlot || slot === knownSlot) this.known.add(identity);
        },
        accepted: (update) => settle(update, "accepted"),
        unchanged: (update) => settle(update, "unchanged"),
        rejected: (update) => settle(update, "rejected"),
        failed: (error) => {
          throw error;
        },
      },
      {
        reduce: (outgoing) => {
          outgoing.reduced = true;
          if (outgoing.slot.whenKnown && this.known.has(outgoing.identity))
            outgoing.slot = outgoing.slot.whenKnown;
          return true;
        },
      },
    );
  }

  private deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    const [first] = objects;
    if (!first) throw new Error("An empty request");
    expect(new Set(objects.map(({ slot }) => slot.endpoint)).size).toBe(1);
    // Nothing else may be in flight that concerns one of them.
    const mine = new Set(objects.flatMap(identitiesOf));
    for (const { objects: others } of this.open)
      for (const identity of others.flatMap(identitiesOf))
        expect([identity, mine.has(identity)]).toEqual([identity, false]);
    if (!first.slot.endpoint.ordered) {
      // In what order an endpoint takes the objects of a request is not known: none may concern another.
      const all = objects.flatMap((each) => [...new Set(identitiesOf(each))]);
      expect(all).toHaveLength(new Set(all).size);
    }
    return new Promise((resolve) => {
      const request: Request = {
        endpoint: first.slot.endpoint,
        objects,
        answer: async () => {
          this.open.delete(request);
          for (const each of objects)
            if (!isBad(each) || each.updates.length === 1) this.reached.push(...each.updates);
          resolve(
            objects.map((each) => (isBad(each) ? { accepted: false, reason: "no" } : { accepted: true })),
          );
          await settled();
        },
      };
      this.requests.push(request);
      this.open.add(request);
    });
  }

  async answerAll(): Promise<void> {
    while (this.open.size > 0) for (const request of [...this.open]) await request.answer();
  }

  at(slot: Slot): Request[] {
    return this.requests.filter(({ endpoint }) => endpoint === slot.endpoint);
  }
}

describe("Dispatcher, with several endpoints", () => {
  it("sends what concerns one identity one after the other, whatever the endpoints", async () => {
    const lab = new Lab();
    void lab.dispatcher.add(updateTo(attributes, "u"));
    void lab.dispatcher.add(updateTo(aliasSlot, "alias", ["u"]));
    void lab.dispatcher.add(updateTo(attributes, "alias"));
    const drained = lab.dispatcher.drain();
    const paths: string[] = [];
    while (lab.open.size > 0) {
      expect(lab.open.size).toBe(1);
      for (const request of lab.open) {
        paths.push(request.endpoint.path);
        await request.answer();
      }
    }
    await drained;
    expect(paths).toEqual(["/users/track", "/aliases", "/users/track"]);
  });

  it("is not held up by an endpoint that does not answer", async () => {
    const lab = new Lab();
    for (let index = 0; index < 6; index++) void lab.dispatcher.add(updateTo(deletionSlot, `d${index}`));
    expect(lab.at(deletionSlot)).toHaveLength(2);
    for (let index = 0; index < 30; index++) {
      void lab.dispatcher.add(updateTo(attributes, `u${index}`));
      for (const request of lab.at(attributes)) if (lab.open.has(request)) await request.answer();
    }
    expect([...lab.fates].filter(([, fate]) => fate === "accepted")).toHaveLength(30);
    expect(lab.open.size).toBe(2);
  });

  it("lets a slow endpoint have its own requests under way, and no more", () => {
    const lab = new Lab({ concurrentRequests: 4 });
    for (let index = 0; index < 30; index++) {
      void lab.dispatcher.add(updateTo(deletionSlot, `d${index}`));
      void lab.dispatcher.add(updateTo(attributes, `u${index}`));
    }
    expect([lab.at(deletionSlot).length, lab.at(attributes).length]).toEqual([2, 4]);
  });

  it("drains also what turns out to be for an endpoint that was looked at before", async () => {
    const lab = new Lab();
    // Its endpoint for known items comes first, and is looked at first.
    lab.known.add("first");
    void lab.dispatcher.add(updateTo(itemSlot, "first"));
    void lab.dispatcher.add(updateTo(itemSlot, "second"));
    lab.dispatcher.flush();
    // Waits behind the one in flight, which makes it known.
    void lab.dispatcher.add(updateTo(itemSlot, "second"));
    const drained = lab.dispatcher.drain();
    await lab.answerAll();
    await drained;
    expect(lab.fates.size).toBe(3);
    expect(lab.at(knownSlot).flatMap(({ objects }) => objects.map(({ identity }) => identity))).toEqual([
      "first",
      "second",
    ]);
  });

  it("counts what is merged into an object that travels elsewhere where it waits", async () => {
    const lab = new Lab({ maxRequestBytes: 2000 });
    lab.known.add("a");
    for (let index = 0; index < 200; index++) void lab.dispatcher.add(updateTo(itemSlot, "a"));
    await lab.answerAll();
    const before = lab.requests.length;
    expect(before).toBeGreaterThan(0);
    // Were the bytes of all these still counted, one item would seem to fill a request.
    void lab.dispatcher.add(updateTo(itemSlot, "new"));
    expect(lab.requests).toHaveLength(before);
  });

  it("goes on when the input has to wait, whatever it waits for", async () => {
    const lab = new Lab({ concurrentRequests: 1 });
    const slots = [attributes, aliasSlot, deletionSlot];
    for (let index = 0; index < 3000; index++) {
      const wait = lab.dispatcher.add(
        updateTo(slots[index % 3] as Slot, `u${index % 2}`, [`u${(index + 1) % 2}`]),
      );
      if (!wait) continue;
      let waiting = true;
      void wait.then(() => {
        waiting = false;
      });
      for (let turn = 0; waiting && turn < 5000; turn++) {
        expect(lab.open.size).toBeGreaterThan(0);
        for (const request of [...lab.open]) await request.answer();
      }
      expect(waiting).toBe(false);
      if (index > 1100) break;
    }
    const drained = lab.dispatcher.drain();
    await lab.answerAll();
    await drained;
  });

  it("keeps the order of every identity across endpoints, loses nothing, and comes to an end", async () => {
    const identity = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const step = fc.record({
      slot: fc.constantFrom(attributes, eventSlot, aliasSlot, deletionSlot, itemSlot),
      identity,
      also: fc.array(identity, { maxLength: 2 }),
      bad: fc.nat(4).map((number) => number === 0),
      answers: fc.nat(2),
      pick: fc.nat(),
      flush: fc.nat(9).map((number) => number === 0),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 70 }),
        fc.record({
          objectsPerRequest: fc.integer({ min: 1, max: 4 }),
          concurrentRequests: fc.integer({ min: 1, max: 3 }),
        }),
        async (steps, limits) => {
          const lab = new Lab(limits);
          const updates: Update[] = [];
          for (const { slot, identity: whose, also, bad, answers, pick, flush } of steps) {
            // Only what an item's or user's own is merged; what ties identities together never is.
            const ties = slot === aliasSlot ? also : undefined;
            const update = updateTo(slot, slot === itemSlot ? `item ${whose}` : whose, ties, bad);
            updates.push(update);
            void lab.dispatcher.add(update);
            if (flush) lab.dispatcher.flush();
            for (let count = 0; count < answers && lab.open.size > 0; count++)
              await [...lab.open][pick % lab.open.size]?.answer();
          }
          const drained = lab.dispatcher.drain();
          await lab.answerAll();
          await drained;
          expect(new Set(lab.fates.keys())).toEqual(new Set(updates));
          for (const [update, fate] of lab.fates) expect(fate).toBe(isBad(update) ? "rejected" : "accepted");
          expectOrder(lab.reached, updates);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/**
 * Of each identity, updates take effect in the order in which they came; only attributes that were refused
 * and taken apart may come after events that travelled with them.
 */
function expectOrder(reached: readonly Update[], updates: readonly Update[]): void {
  const position = new Map(updates.map((update, index) => [update, index]));
  const concerned = new Set(updates.flatMap(({ identity, also = [] }) => [identity, ...also]));
  const travelTogether = (a: Update, b: Update): boolean =>
    a.slot !== b.slot && a.slot.endpoint === attributes.endpoint && b.slot.endpoint === attributes.endpoint;
  for (const identity of concerned) {
    const own = reached.filter(
      ({ identity: whose, also = [] }) => whose === identity || also.includes(identity),
    );
    for (const [index, later] of own.entries()) {
      for (const earlier of own.slice(0, index)) {
        if (travelTogether(earlier, later)) continue;
        expect(position.get(earlier)).toBeLessThan(position.get(later) ?? -1);
      }
    }
  }
}
