import { track } from "../objects/track/track";
import { limitsWith, outgoing } from "../testing/updates";
import { EndpointQueue } from "./endpoint-queue";
import type { Outgoing } from "./update";

function queueWith(limits: Parameters<typeof limitsWith>[0], clock = { now: 0 }) {
  const own = limitsWith(limits);
  const queue = new EndpointQueue(track, own, own.concurrentRequests, () => clock.now);
  const add = (...objects: Outgoing[]): void => {
    for (const each of objects)
      queue.ready.push({
        identity: each.identity,
        also: undefined,
        hashEnd: 0,
        waiting: [each],
        inFlight: 0,
        place: undefined,
      });
  };
  return { queue, add, clock };
}

describe("EndpointQueue", () => {
  it("is filled by objects of all slots together", () => {
    const { queue, add } = queueWith({ objectsPerRequest: 3 });
    add(outgoing("a"), outgoing("b", {}, "events"));
    expect(queue.fillsBatch()).toBe(false);
    add(outgoing("c", {}, "purchases"));
    expect(queue.fillsBatch()).toBe(true);
  });

  it("is filled by one slot where each is counted by itself", () => {
    const { queue, add } = queueWith({ objectsPerRequest: 2, countObjects: "per_array" });
    add(outgoing("a"), outgoing("b", {}, "events"), outgoing("c", {}, "purchases"));
    expect(queue.fillsBatch()).toBe(false);
    add(outgoing("d", {}, "events"));
    expect(queue.fillsBatch()).toBe(true);
  });

  it("is filled by large records", () => {
    const { queue, add } = queueWith({ maxRequestBytes: 100 });
    add(outgoing("a", { text: "x".repeat(120) }));
    expect(queue.fillsBatch()).toBe(false);
    add(outgoing("b", { text: "x".repeat(120) }));
    expect(queue.fillsBatch()).toBe(true);
  });

  it("has room for so many requests, and is idle when nothing waits or is under way", () => {
    const { queue, add } = queueWith({ concurrentRequests: 2 });
    expect([queue.hasRoom, queue.isIdle]).toEqual([true, true]);
    queue.inFlight = 2;
    expect([queue.hasRoom, queue.isIdle]).toEqual([false, false]);
    queue.inFlight = 0;
    add(outgoing("a"));
    expect(queue.isIdle).toBe(false);
  });

  it("has waited since the last batch left, if anything waits", () => {
    const { queue, add, clock } = queueWith({});
    clock.now = 100;
    expect(queue.waitedMs).toBe(0);
    add(outgoing("a"));
    expect(queue.waitedMs).toBe(100);
    queue.leaves();
    clock.now = 150;
    expect(queue.waitedMs).toBe(50);
  });
});
