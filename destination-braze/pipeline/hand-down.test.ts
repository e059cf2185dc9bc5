import { outgoing } from "../testing/updates";
import { addToLane, type Lane } from "./coalesce";
import { handDown } from "./hand-down";
import type { Outgoing, Update } from "./update";

const laneWith = (...waiting: Outgoing[]): Lane => ({ ...({} as Lane), identity: "u1", waiting });
const updateOf = (body: object, ifEmpty?: Update["ifEmpty"], filled?: string[]): Update => ({
  ...(outgoing("u1", { ...body }).updates[0] as Update),
  ifEmpty,
  filled,
});

it("gives the turn to the first update behind it that has a value", () => {
  const refused = updateOf({ dob: "1", origin: "a" }, undefined, ["dob", "origin"]);
  const lane = laneWith(outgoing("u1", { age: 1 }));
  addToLane(lane, updateOf({ age: 2 }, { dob: "2" }));
  addToLane(lane, updateOf({ age: 3 }, { dob: "3" }));
  const [merged] = lane.waiting as [Outgoing];
  Object.assign(merged, { reduced: true, sent: {}, sizeBytes: 2 });
  handDown(refused, lane.waiting);
  expect(merged.body).toEqual({ external_id: "u1", age: 3, dob: "2" });
  expect(merged).toMatchObject({ reduced: false, sent: undefined, sizeBytes: undefined });
  expect(merged.updates.map(({ body, filled }) => [body.dob, filled])).toEqual([
    [undefined, undefined],
    ["2", ["dob"]],
    [undefined, undefined],
  ]);
  // Nobody has another origin: the next record that does has to ask.
  expect(refused.filled).toEqual(["origin"]);
});

it("leaves a plain value alone", () => {
  const refused = updateOf({ dob: "1" }, undefined, ["dob"]);
  const lane = laneWith();
  addToLane(lane, updateOf({}, { dob: "2" }));
  addToLane(lane, updateOf({ dob: "plain" }));
  handDown(refused, lane.waiting);
  expect(lane.waiting.map(({ body }) => body.dob)).toEqual(["plain"]);
});

it("does nothing for an update that was to fill nothing", () => {
  const refused = updateOf({ dob: "1" });
  const waiting = [outgoing("u1", { dob: "2" })];
  handDown(refused, waiting);
  expect([refused.filled, waiting[0]?.body]).toEqual([undefined, { external_id: "u1", dob: "2" }]);
});
