import { ownedBy, type Shard, wholeWork } from "@braze-connectors/shared/shard";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { Beginnings } from "../journal/beginnings";
import { profileMemory } from "../testing/updates";
import { partitionOf } from "./partition";
import { StreamIndex, type StreamIndexOptions } from "./stream-index";

const identities = Array.from({ length: 60 }, (_, index) => `external_id:${index}`);
const shardsOf = (count: number): (Shard | undefined)[] =>
  count === 1 ? [undefined] : Array.from({ length: count }, (_, index) => ({ index, count }));

/** A stream whose syncs are divided into a number of shards, another one each time. */
class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();
  private runs = 0;

  open(shard: Shard | undefined, changed: Partial<StreamIndexOptions> = {}): Promise<StreamIndex> {
    this.runs += 1;
    return StreamIndex.open({
      storage: this.storage,
      folder: "_braze/users/",
      stream: "users",
      url: "https://rest.example.com",
      generation: { id: 1, minimum: 0 },
      partitionOf,
      shard,
      log: this.output.output.log,
      stop: new AbortController().signal,
      readOnly: false,
      run: String(this.runs).padStart(3, "0"),
      lost: () => undefined,
      ...changed,
    });
  }

  /** A sync by so many shards at the same time. @returns the identities that were sent */
  async sync(count: number, value: number, changed: Partial<StreamIndexOptions> = {}): Promise<string[]> {
    const streams = await Promise.all(shardsOf(count).map((shard) => this.open(shard, changed)));
    const sent: string[] = [];
    for (const identity of identities) {
      const owner = shardsOf(count).findIndex((shard) => ownedBy(shard ?? wholeWork)(identity));
      const { index } = streams[owner] as StreamIndex;
      await index.prepare(identity);
      const delta = index.delta(identity, profileMemory, { value }, "changed_attributes");
      if (delta.kind === "unchanged") continue;
      index.remember(identity, delta.change);
      sent.push(identity);
    }
    await Promise.all(streams.map(({ index }) => index.store()));
    await Promise.all(streams.map((stream) => stream.close()));
    return sent;
  }

  /** Leaves something of a shard that only itself can settle. */
  async leave(shard: Shard | undefined): Promise<void> {
    const stream = await this.open(shard);
    await stream.index.noteChanged([1, 2, 3]);
    await stream.close();
  }
}

describe("a stream that is divided", () => {
  it("remembers what it has sent, whatever the number of shards is next time", async () => {
    const world = new World();
    expect(await world.sync(3, 1)).toEqual(identities);
    for (const count of [3, 2, 1, 8, 240, 5]) expect(await world.sync(count, 1)).toEqual([]);
    expect(await world.sync(4, 2)).toEqual(identities);
    expect(await world.sync(6, 2)).toEqual([]);
  });

  it("remembers it in indexes of their own where it can't be divided, which never tell what is not true any more", async () => {
    const world = new World();
    const everything = [identities, identities];
    const twice = async (count: number, value: number) => [
      await world.sync(count, value),
      await world.sync(count, value),
    ];
    expect(await twice(7, 1)).toEqual([identities, []]);
    // What was sent by three is unknown to seven, and the other way round.
    expect(await twice(3, 2)).toEqual([identities, []]);
    expect(await world.sync(1, 2)).toEqual([]);
    expect([await world.sync(7, 1), await world.sync(9, 1)]).toEqual(everything);
    expect([await world.sync(7, 1), await world.sync(1, 2)]).toEqual(everything);
    expect(await world.sync(6, 2)).toEqual([]);
    expect(await twice(7, 2)).toEqual([identities, []]);
    const warnings = world.output.messages().map(({ log }) => log?.message);
    expect(new Set(warnings)).toEqual(
      new Set([
        "users: the number of shards has changed, and the old or the new one does not divide 240: everything is sent again.",
      ]),
    );
  });

  it("is not begun anew by that: what a shard has left has to be settled first", async () => {
    const world = new World();
    await world.sync(3, 1);
    await world.sync(7, 1);
    await world.leave({ index: 2, count: 7 });
    await expect(world.open(undefined)).rejects.toThrow("A sync of shard 2 of 7 ended before");
    await (await world.open({ index: 2, count: 7 })).index.store();
  });

  it("starts fresh as a whole, each shard its own part, and once", async () => {
    const world = new World();
    await world.sync(2, 1);
    const generation = { id: 2, minimum: 2 };
    expect(await world.sync(3, 1, { generation })).toEqual(identities);
    expect(await world.sync(3, 1, { generation })).toEqual([]);
    expect(await world.sync(2, 1, { generation })).toEqual([]);
    expect(await world.sync(1, 1, { generation })).toEqual([]);
  });

  it("starts fresh with another Braze, also when the number of shards changes with it", async () => {
    const world = new World();
    const url = "https://rest.example.org";
    await world.sync(1, 1);
    expect(await world.sync(2, 1, { url })).toEqual(identities);
    expect(await world.sync(3, 1, { url })).toEqual([]);
    expect(await world.sync(1, 1)).toEqual(identities);
    expect(await world.sync(2, 1)).toEqual([]);
  });

  test.each<[Shard | undefined, Shard | undefined, string]>([
    [
      { index: 1, count: 3 },
      { index: 0, count: 2 },
      'A sync of shard 1 of 3 ended before it had settled all of the stream users: run it once more with "shard" {"index":1,"count":3} before the number of shards changes.',
    ],
    [{ index: 1, count: 3 }, undefined, "A sync of shard 1 of 3 ended before"],
    [
      undefined,
      { index: 0, count: 2 },
      'A sync that was not divided ended before it had settled all of the stream users: run it once more without "shard" before the number of shards changes.',
    ],
  ])("is not divided anew while %j has left something, as %j would", async (left, next, sentence) => {
    const world = new World();
    await world.leave(left);
    const error = await thrownBy(() => world.open(next));
    expect(error).toMatchObject({ failureType: "config_error", help: "shards" });
    expect(error.message).toContain(sentence);
    await (await world.open(left)).close();
    expect([...world.storage.objects.keys()].filter((key) => key.includes("/lock/"))).toEqual([]);
  });

  it("does not mind with which records the syncs of others began", async () => {
    const world = new World();
    for (const own of ["", "shards/0-of-2/"])
      await Beginnings.none(world.storage, `_braze/users/${own}journal/`).add({ lo: 1, hi: 2 });
    for (const count of [2, 3, 1]) await world.sync(count, 1);
  });

  it("does not mind what a shard has left that shares nothing with it", async () => {
    const world = new World();
    await world.leave({ index: 1, count: 3 });
    await (await world.open({ index: 0, count: 3 })).close();
    await (await world.open({ index: 5, count: 6 })).close();
  });

  it("forgets what finer shards have left when everything is sent again", async () => {
    const world = new World();
    await world.leave({ index: 1, count: 4 });
    const generation = { id: 2, minimum: 2 };
    expect(await world.sync(2, 1, { generation })).toEqual(identities);
    expect(await world.sync(1, 1, { generation })).toEqual([]);
  });

  it("gives up nothing of other shards when a note is damaged", async () => {
    const world = new World();
    await world.sync(3, 1);
    await world.leave({ index: 1, count: 3 });
    for (const key of world.storage.objects.keys())
      if (key.includes("/changed/")) world.storage.objects.set(key, Buffer.from("damaged"));
    const sent = await world.sync(3, 1);
    expect(sent).toEqual(identities.filter((identity) => partitionOf(identity) % 3 === 1));
  });
});
