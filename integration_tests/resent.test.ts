/** What the host sends again after a crash: what must not reach Braze twice does not. */
import { DeltaWorld, record, state } from "./deltas-world";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();

const ids = Array.from({ length: 60 }, (_, number) => `user-${number}`);
const event = (id: string, number: number) => ({
  external_id: id,
  name: "seen",
  time: "2026-05-04T10:00:00Z",
  properties: { number },
});
const streams = ["events", "users"];
const columns = ["external_id", "name", "time", "properties", "points", "color"];
const options = { streams, columns };

/** A first half whose state leaves, and a second one whose records Braze has when the process dies. */
const firstHalf = [...ids.map((id) => record(event(id, 1), "events")), state(1, "events")];
const secondHalf = [
  ...ids.map((id) => record(event(id, 2), "events")),
  ...ids.map((id) => record({ external_id: id, points: { inc: 1 }, color: "red" }, "users")),
];
/** The same event as in the first half: it happened once more. */
const onceMore = ids.map((id) => record(event(id, 1), "events"));

describe.each(["Local", "S3"] as const)("after a crash, with %s storage,", (kind) => {
  it("events and increments that Braze has are not sent again, and nothing is missing", async () => {
    const world = new DeltaWorld(sandbox.braze, await sandbox.storages.create(kind));
    const seen = (number: number): number =>
      world.requests
        .flatMap(({ body }) => (body as { events?: { properties: { number: number } }[] }).events ?? [])
        .filter(({ properties }) => properties.number === number).length;
    const points = (): unknown[] => [...new Set(ids.map((id) => world.attributesOf(id)?.points))];

    let die: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => {
      die = resolve;
    });
    async function* input(): AsyncGenerator<string> {
      yield* firstHalf;
      yield* secondHalf;
      await dead;
    }
    const running = await world.start(input(), options);
    await until(() => seen(2) === ids.length && points().join() === "1");
    // What is acknowledged for more than a second is known after a crash; a busy disk may take some more.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    running.process.kill("SIGKILL");
    die();
    const killed = await running.finished;
    expect(killed.messages.filter(({ type }) => type === "STATE")).toHaveLength(1);

    const again = await world.write(
      [...secondHalf, ...onceMore, state(2, "events"), state(2, "users")],
      options,
    );
    expect(again.errors).toEqual([]);
    expect(again.exitCode).toBe(0);
    expect(seen(2)).toBe(ids.length);
    expect(seen(1)).toBe(2 * ids.length);
    expect(points()).toEqual([1]);
    expect(world.attributesOf("user-7")?.color).toBe("red");

    // With the sync the memory of it ends: the same records are new ones in the next.
    await world.write([...secondHalf, state(3, "events")], options);
    expect(seen(2)).toBe(2 * ids.length);
    expect(points()).toEqual([2]);
  });
});

it("records like those before a state are new behind it, also when a kill comes with the state", async () => {
  for (let day = 0; day < 3; day++) {
    const world = new DeltaWorld(sandbox.braze, await sandbox.storages.create("Local"));
    const daily = ids
      .slice(0, 5)
      .map((id) => record({ external_id: id, points: { inc: 10 }, name: "daily" }, "users"));
    const same = Array.from({ length: 5 }, () => record(event("user-0", 1), "events"));
    // The first sync of all, or one of many.
    for (let before = 0; before < day; before++)
      await world.write([...daily, state(before, "users"), ...same, state(before, "events")], options);
    async function* input(): AsyncGenerator<string> {
      yield* [...daily, state(10, "users"), ...same, state(10, "events")];
      await new Promise(() => undefined);
    }
    const running = await world.start(input(), options);
    let states = 0;
    await running.until(({ type }) => type === "STATE" && ++states === 2);
    running.process.kill("SIGKILL");
    await running.finished;
    await world.write([...daily, state(11, "users"), ...same, state(11, "events")], options);
    expect(world.workspace.accepted.events).toBe((day + 2) * 5);
    expect(world.attributesOf("user-3")?.points).toBe((day + 2) * 10);
  }
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
