import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { DeltaIndex } from "../delta/delta-index";
import { limitsWith, nothingUndone, profileMemory, updateOf } from "../testing/updates";
import type { FinalFate } from "./deliver";
import { Deltas } from "./deltas";
import { Dispatcher } from "./dispatch";
import type { Outgoing, Update } from "./update";

const touchedKey = "index/touched.json";

/** A dispatcher with deltas before a Braze that answers when the test says so. */
class World {
  readonly storage = new MemoryStorage();
  readonly batches: { sent: JsonObject[]; answer(fates?: FinalFate[]): void; fail(error: Error): void }[] =
    [];
  readonly settled: string[] = [];
  private readonly index = new DeltaIndex(this.storage, "index/", () => 0, new MemoryOutput().output.log);
  readonly deltas = new Deltas(new Map([["users", this.index]]), "changed_attributes", nothingUndone);
  readonly dispatcher = new Dispatcher(
    limitsWith({ objectsPerRequest: 3, concurrentRequests: 2 }),
    this.deltas.around({ deliver: (objects) => this.deliver(objects) }),
    {
      delivered: (outgoing) => this.deltas.remember(outgoing),
      accepted: (update) => this.settle(update, "accepted"),
      unchanged: (update) => this.settle(update, "unchanged"),
      rejected: (update) => this.settle(update, "rejected"),
      failed: () => this.settled.push("failed"),
    },
    this.deltas,
  );

  async add(user: string, attributes: JsonObject): Promise<void> {
    const update = updateOf(user, attributes);
    update.identity = `external_id:${user}`;
    await this.deltas.prepare(update);
    void this.dispatcher.add(update);
  }

  /** Sends what waits. @returns it, without identifiers */
  async flush(): Promise<JsonObject[]> {
    const before = this.batches.length;
    this.dispatcher.flush();
    await settle();
    return this.batches.slice(before).flatMap(({ sent }) => sent);
  }

  async answerAll(fates?: FinalFate[]): Promise<void> {
    for (const batch of this.batches.splice(0)) batch.answer(fates);
    await settle();
  }

  /** Has a user in Braze with these attributes, from us. */
  async know(user: string, attributes: JsonObject): Promise<void> {
    await this.add(user, attributes);
    await this.flush();
    await this.answerAll();
    this.settled.length = 0;
    this.storage.takeDone();
  }

  private deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    const sent = objects.map(({ sent, body }) => {
      const { external_id: _identifier, ...attributes } = sent ?? body;
      return attributes;
    });
    return new Promise((resolve, reject) => {
      this.batches.push({
        sent,
        answer: (fates = objects.map(() => ({ accepted: true }))) => resolve(fates),
        fail: reject,
      });
    });
  }

  private settle({ identity }: Update, fate: string): void {
    this.settled.push(`${identity.split(":")[1]} ${fate}`);
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("deltas in the pipeline", () => {
  it("settle an unchanged record at once, without a request", async () => {
    const world = new World();
    await world.know("1", { a: 1, b: 1 });
    await world.add("1", { b: 1, a: 1 });
    expect(world.settled).toEqual(["1 unchanged"]);
    expect(await world.flush()).toEqual([]);
  });

  it("compare a waiting update with what the one in flight has made of the profile", async () => {
    const world = new World();
    await world.know("1", { a: 1 });
    await world.add("1", { a: 2 });
    expect(await world.flush()).toEqual([{ a: 2 }]);
    await world.add("1", { a: 1 });
    expect(await world.flush()).toEqual([]);
    await world.answerAll();
    expect(await world.flush()).toEqual([{ a: 1 }]);
    await world.answerAll();
    expect(world.settled).toEqual(["1 accepted", "1 accepted"]);
  });

  it("settle a waiting update that the one in flight has made needless", async () => {
    const world = new World();
    await world.add("1", { a: 2 });
    await world.flush();
    await world.add("1", { a: 2 });
    await world.answerAll();
    expect(await world.flush()).toEqual([]);
    expect(world.settled).toEqual(["1 accepted", "1 unchanged"]);
  });

  it("send what the one in flight should have set when that was refused", async () => {
    const world = new World();
    await world.add("1", { a: 2 });
    await world.flush();
    await world.add("1", { a: 2 });
    await world.answerAll([{ accepted: false, reason: "no" }]);
    expect(await world.flush()).toEqual([{ a: 2 }]);
  });

  it("settle all updates of a merged object that comes to nothing", async () => {
    const world = new World();
    await world.know("1", { a: 1 });
    await world.add("1", { a: 2 });
    await world.add("1", { a: 1 });
    expect(await world.flush()).toEqual([]);
    expect(world.settled).toEqual(["1 unchanged", "1 unchanged"]);
  });

  it("look anew at what is left of a merged object after one of its updates was refused", async () => {
    const world = new World();
    await world.know("1", { a: 1 });
    await world.add("1", { bad: 1 });
    await world.add("1", { a: 1 });
    expect(await world.flush()).toEqual([{ bad: 1 }]);
    await world.answerAll([{ accepted: false, reason: "no" }]);
    expect(await world.flush()).toEqual([{ bad: 1 }]);
    await world.answerAll([{ accepted: false, reason: "no" }]);
    expect(await world.flush()).toEqual([]);
    expect(world.settled).toEqual(["1 rejected", "1 unchanged"]);
  });

  it("make no empty request, and don't wait for one", async () => {
    const world = new World();
    for (const user of ["1", "2"]) await world.know(user, { a: 1 });
    for (const a of [2, 1]) for (const user of ["1", "2"]) await world.add(user, { a });
    await world.dispatcher.drain();
    expect(world.batches).toEqual([]);
    expect(world.settled).toHaveLength(4);
  });

  it("keep what was remembered when a change of it was refused", async () => {
    const world = new World();
    await world.know("1", { a: 1 });
    await world.add("1", { a: 2 });
    await world.flush();
    await world.answerAll([{ accepted: false, reason: "no" }]);
    await world.add("1", { a: 1 });
    expect(world.settled).toEqual(["1 rejected", "1 unchanged"]);
    await world.add("1", { a: 2 });
    expect(await world.flush()).toEqual([{ a: 2 }]);
  });

  it("say what is about to change before it is sent", async () => {
    const world = new World();
    let durable: () => void = () => undefined;
    world.storage.before = () => new Promise((resolve) => (durable = resolve));
    await world.add("1", { a: 1 });
    expect(await world.flush()).toEqual([]);
    durable();
    await settle();
    expect(world.storage.done).toEqual([`write ${touchedKey}`]);
    expect(world.batches).toHaveLength(1);
  });

  it("end the sync when that can't be said, without sending", async () => {
    const world = new World();
    world.storage.before = () => Promise.reject(new Error("full"));
    await world.add("1", { a: 1 });
    expect(await world.flush()).toEqual([]);
    expect(world.settled).toEqual(["failed"]);
  });

  it("store nothing of profiles whose request has no answer, or failed", async () => {
    for (const how of ["unanswered", "failed"]) {
      const world = new World();
      for (const user of ["1", "2"]) await world.know(user, { a: 1, b: 1 });
      await world.add("1", { a: 2 });
      await world.flush();
      if (how === "failed") world.batches[0]?.fail(new Error("no answer"));
      await settle();
      await world.deltas.store();

      const next = new World();
      for (const [key, bytes] of world.storage.objects) next.storage.objects.set(key, bytes);
      const index = new DeltaIndex(next.storage, "index/", () => 0, new MemoryOutput().output.log);
      await index.open(false);
      await index.prepare("external_id:1");
      const deltaOf = (user: string, a: number) =>
        index.delta(`external_id:${user}`, profileMemory, { a, b: 1 }, "changed_attributes");
      expect(deltaOf("1", 1)).toMatchObject({ kind: "changed", body: { a: 1, b: 1 } });
      expect(deltaOf("1", 2)).toMatchObject({ kind: "changed", body: { a: 2, b: 1 } });
      expect(deltaOf("2", 1).kind).toBe("unchanged");
    }
  });

  it("leave events and streams without an index alone", async () => {
    const world = new World();
    const event = updateOf("1", { name: "seen" }, "events");
    expect(world.deltas.prepare(event)).toBeUndefined();
    for (let twice = 0; twice < 2; twice++) {
      void world.dispatcher.add(updateOf("1", { name: "seen" }, "events"));
      await world.flush();
      await world.answerAll();
    }
    expect(world.settled).toHaveLength(2);
  });
});
