import { objectNamed, outgoingTo } from "../testing/objects";
import { outgoing, trackSlots, updateOf } from "../testing/updates";
import type { Lane } from "./coalesce";
import { ReadyLanes } from "./ready";
import type { Outgoing } from "./update";

const laneWith = (...waiting: Outgoing[]): Lane => ({
  identity: waiting[0]?.identity ?? "",
  also: undefined,
  hashEnd: 0,
  waiting,
  inFlight: 0,
  place: undefined,
});
const all = (): boolean => true;
const { events } = trackSlots;

describe("ReadyLanes", () => {
  it("serves lanes in order of arrival, whatever their slots", () => {
    const ready = new ReadyLanes();
    const lanes = [laneWith(outgoing("a")), laneWith(outgoing("b", {}, "events")), laneWith(outgoing("c"))];
    for (const lane of lanes) ready.push(lane);
    expect(lanes.map(() => ready.take(all)?.lane)).toEqual(lanes);
    expect(ready.take(all)).toBeUndefined();
  });

  it("passes over lanes whose first object is not welcome", () => {
    const ready = new ReadyLanes();
    const [first, second] = [laneWith(outgoing("a")), laneWith(outgoing("b", {}, "events"))];
    ready.push(first);
    ready.push(second);
    expect(ready.take((slot) => slot === events)?.lane).toBe(second);
    expect(ready.take((slot) => slot === events)).toBeUndefined();
    expect(ready.take(all)?.lane).toBe(first);
  });

  it("gives a lane that is put back its turn again", () => {
    const ready = new ReadyLanes();
    const [first, second] = [laneWith(outgoing("a")), laneWith(outgoing("b"))];
    ready.push(first);
    ready.push(second);
    const entry = ready.take(all);
    if (entry) ready.putBack(entry);
    expect(ready.take(all)?.lane).toBe(first);
  });

  it("takes a lane out wherever it stands, also one that comes back at the end", () => {
    const ready = new ReadyLanes();
    const lanes = [laneWith(outgoing("a")), laneWith(outgoing("b")), laneWith(outgoing("c"))];
    for (const lane of lanes) ready.push(lane);
    const [first, second, third] = lanes as [Lane, Lane, Lane];
    ready.remove(first);
    ready.remove(second);
    ready.push(first);
    expect([ready.take(all)?.lane, ready.take(all)?.lane, ready.take(all)]).toEqual([
      third,
      first,
      undefined,
    ]);
  });

  it("counts what lanes hold for the endpoint of their first object, and their bytes", () => {
    const ready = new ReadyLanes();
    const [message] = outgoingTo(objectNamed("campaign_trigger/x"), [{ external_user_id: "a" }]);
    const lane = laneWith(outgoing("a", { a: 1 }), outgoing("a", { b: 1 }, "events"), message as Outgoing);
    const bytes = lane.waiting.slice(0, 2).reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    ready.push(lane);
    expect([ready.objects, ready.receivedBytes]).toEqual([2, bytes]);
    expect(ready.mostOfOneSlot).toBe(1);
    const added = updateOf("a", { c: 1 }, "events");
    ready.added(added, true);
    ready.added(added, false);
    expect([ready.objects, ready.mostOfOneSlot]).toEqual([3, 2]);
    expect(ready.receivedBytes).toBe(bytes + 2 * added.record.sizeBytes);
  });

  it("counts nothing any more of what has left", () => {
    const ready = new ReadyLanes();
    const lanes = [laneWith(outgoing("a"), outgoing("a", {}, "events")), laneWith(outgoing("b"))];
    for (const lane of lanes) ready.push(lane);
    ready.remove(lanes[0] as Lane);
    ready.take(all);
    expect([ready.objects, ready.receivedBytes, ready.mostOfOneSlot]).toEqual([0, 0, 0]);
  });
});
