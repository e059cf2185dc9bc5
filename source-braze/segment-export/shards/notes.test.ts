import { FakeClock } from "@braze-connectors/shared/testing/fake-clock";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { ExportFollower } from "./follower";
import { ExportLeader } from "./leader";

const minute = 60_000;
const first = { objectPrefix: "uuid-1", exportedAt: "2026-01-02T03:04:05.000Z" };
const second = { objectPrefix: "uuid-2", exportedAt: "2026-01-03T03:04:05.000Z" };

/** The shards of syncs one after the other, with a storage and a clock in common. */
class World {
  readonly clock = new FakeClock(Date.UTC(2026, 0, 2));
  readonly storage = new MemoryStorage();

  leader(sync: number | null = null, request = "columns"): ExportLeader {
    return new ExportLeader(this.storage, "seg", this.sharing(0, sync, request), this.clock);
  }

  follower(index: number, sync: number | null = null, request = "columns"): ExportFollower {
    const { output } = new MemoryOutput();
    const { clock, storage } = this;
    const context = { log: output.log, stop: new AbortController().signal };
    const settings = { pollIntervalMs: 10_000, timeoutMs: 30 * minute };
    const means = { storage, clock, context, settings };
    return new ExportFollower({ id: "seg", name: "VIPs" }, this.sharing(index, sync, request), means);
  }

  private sharing(index: number, sync: number | null, request: string) {
    return { shard: { index, count: 3 }, sync, request, beganAtMs: this.clock.now() };
  }
}

const late =
  /^Shard 0 of 3 did not say within 30 min which export of segment "VIPs" \(seg\) is read: start all/;

test("what shard 0 tells, each of the others hears once", async () => {
  const world = new World();
  await world.leader().tell(first);
  for (const index of [1, 2]) {
    const follower = world.follower(index);
    expect(await follower.note()).toMatchObject(first);
    await follower.take();
  }
  expect(world.storage.objects.size).toBe(0);
  const error = await thrownBy(() => world.follower(1).note());
  expect(error).toMatchObject({ failureType: "transient_error", help: "shards" });
  expect(error.message).toMatch(late);
});

test("a note may come while it is waited for", async () => {
  const world = new World();
  const waiting = world.follower(2).note();
  await world.leader().tell(first);
  expect(await waiting).toMatchObject(first);
});

test("a note that nobody has taken is not taken for one of a later sync", async () => {
  const world = new World();
  await world.leader(1).tell(first);
  await expect(world.follower(1, 2).note()).rejects.toThrow(late);
  await world.leader().tell(first);
  world.clock.nowMs += 11 * minute;
  await expect(world.follower(1).note()).rejects.toThrow(late);
  await world.leader().tell(second);
  expect(await world.follower(1).note()).toMatchObject(second);
});

test("shard 0 withdraws what is left before it asks for another export", async () => {
  const world = new World();
  await world.leader().tell(first);
  await world.leader(null, "other columns").tell(second);
  await world.leader().withdraw();
  expect(await world.follower(1, null, "other columns").note()).toMatchObject(second);
  await expect(world.follower(1).note()).rejects.toThrow(late);
});

test("an export that goes on in another sync is told to those alone who have not heard of it", async () => {
  const world = new World();
  await world.leader(1).tell(first);
  await world.follower(1, 1).take();
  await world.leader(2).renew(first);
  expect(await world.follower(2, 2).note()).toMatchObject(first);
  await expect(world.follower(1, 2).note()).rejects.toThrow(late);
  await world.leader(3).renew(second);
  expect(await world.follower(2, 2).note()).toMatchObject(first);
});
