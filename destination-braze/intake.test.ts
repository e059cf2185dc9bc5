import type { JsonObject } from "@braze-connectors/shared/json";
import { type Shard, wholeWork } from "@braze-connectors/shared/shard";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import fc from "fast-check";
import { Intake, type IntakeParts } from "./intake";
import type { RecordMessage } from "./messages";
import { events } from "./objects/events/events";
import { users } from "./objects/users/users";
import { newEpoch } from "./pipeline/acknowledge";
import { refuse, type Update } from "./pipeline/update";
import type { Route } from "./routes";
import { handlesOf } from "./shard-handles";

const options = { createUsers: true, nullValues: "ignore", segmentExport: false, messagesInDoubt: "reject" };
const routeTo = (object: Route["object"]): Route =>
  ({ stream: "s", object, options, ignoredColumns: [] }) as unknown as Route;
/** What a record says of the friend of its user. */
const friends: Route["object"] = {
  ...users,
  prepare: ({ friend = null, ...record }, ...rest) =>
    users.prepare({ ...record, external_id: friend }, ...rest),
};

/** One shard's intake; what it hands on is accepted at once, or refused. */
class World {
  readonly fates: string[] = [];
  readonly handed: string[] = [];
  readonly rejected: JsonObject[] = [];
  readonly metered: string[] = [];
  private readonly intake: Intake;

  constructor(shard: Shard, routes: Route[], refused = "", doubtful = "") {
    this.intake = new Intake({
      routes: new Map([["s", routes]]),
      handles: handlesOf(shard.count === 1 ? undefined : shard),
      rejected: { add: (_: string, record: JsonObject) => void this.rejected.push(record) },
      report: {
        received: () => undefined,
        accepted: () => undefined,
        unchanged: () => undefined,
        rejected: () => undefined,
        noted: () => undefined,
        leftToOtherShards: () => undefined,
      },
      meter: { received: ({ identity }: Update) => void this.metered.push(identity) },
      deltas: undefined,
      journals: {
        received: () => undefined,
        recognise: () => false,
        doubts: ({ identity }: Update) => identity === doubtful,
      },
      removals: undefined,
      acknowledger: {
        receive: () => newEpoch(1),
        settle: (_: unknown, __: string, fate: string) => void this.fates.push(fate),
      },
      handOn: (update: Update) => {
        this.handed.push(update.identity);
        if (update.identity === refused) refuse(update.record, { code: "refused_by_braze", message: "no" });
        this.intake.settle(update.record);
        return undefined;
      },
      failed: () => undefined,
      log: new MemoryOutput().output.log,
    } as unknown as IntakeParts);
  }

  receive(message: Partial<RecordMessage>): void {
    void this.intake.receive({ kind: "record", stream: "s", data: {}, sizeBytes: 1, ...message });
  }
}

const shardsOf = (count: number): Shard[] => Array.from({ length: count }, (_, index) => ({ index, count }));
const id = fc.constantFrom("1", "2", "3", "4", "5", "6", "7");
const records = fc.oneof(
  fc.record({ external_id: id, name: fc.constant("n"), time: fc.constant("2026-01-01T00:00:00Z") }),
  // Nothing says whose these are.
  fc.constant<JsonObject>({ color: "red" }),
  fc.constant<JsonObject>({ external_id: { no: "text" } }),
  // These are somebody's, and wrong.
  fc.record({ external_id: id, gender: fc.constant(7) }),
);
const messages = fc.oneof(
  { weight: 8, arbitrary: records.map((data): Partial<RecordMessage> => ({ data })) },
  { weight: 1, arbitrary: fc.constant<Partial<RecordMessage>>({ problem: "It is no object." }) },
  { weight: 1, arbitrary: fc.constant<Partial<RecordMessage>>({ stream: "unknown" }) },
);
const kinds = fc.constantFrom([users], [events], [events, users]);

test("over all shards every record is counted once and every object sent once, as by one process", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), kinds, fc.array(messages), (count, objects, received) => {
      const routes = objects.map(routeTo);
      const whole = new World(wholeWork, routes);
      const shards = shardsOf(count).map((shard) => new World(shard, routes));
      for (const message of received) for (const world of [whole, ...shards]) world.receive(message);
      const counted = shards.flatMap(({ fates }) => fates.filter((fate) => fate !== "left"));
      expect(counted.sort()).toEqual([...whole.fates].sort());
      for (const { fates } of shards) expect(fates).toHaveLength(received.length);
      const together = (of: (world: World) => unknown[]): unknown[] => shards.flatMap(of).sort();
      expect(together(({ handed }) => handed)).toEqual([...whole.handed].sort());
      expect(together(({ metered }) => metered)).toEqual([...whole.metered].sort());
      expect(shards.flatMap(({ rejected }) => rejected)).toHaveLength(whole.rejected.length);
    }),
  );
});

test("a record of several users is counted by the shard of the first; others send their part", () => {
  const data = { external_id: "1", friend: "2" };
  const worlds = shardsOf(4).map((shard) => new World(shard, [routeTo(users), routeTo(friends)]));
  for (const world of worlds) world.receive({ data });
  const ofFirst = worlds.find(({ handed }) => handed.includes("external_id:1"));
  const ofFriend = worlds.find(({ handed }) => handed.includes("external_id:2"));
  expect(ofFirst).not.toBe(ofFriend);
  expect(ofFirst?.fates).toEqual(["accepted"]);
  expect(ofFriend?.fates).toEqual(["left"]);
});

test("what Braze refuses of a record that another shard counts is rejected all the same", () => {
  const data = { external_id: "1", friend: "2" };
  const routes = [routeTo(users), routeTo(friends)];
  const worlds = shardsOf(4).map((shard) => new World(shard, routes, "external_id:2"));
  for (const world of worlds) world.receive({ data });
  expect(worlds.flatMap(({ fates }) => fates).sort()).toEqual(["accepted", "left", "left", "rejected"]);
});

test("what may have been sent before is rejected, and not handed on", () => {
  const world = new World({ index: 0, count: 1 }, [routeTo(users)], "", "external_id:1");
  for (const external_id of ["1", "2"]) world.receive({ data: { external_id } });
  expect(world.handed).toEqual(["external_id:2"]);
  expect(world.fates).toEqual(["rejected", "accepted"]);
});
