import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { decodePart, type StagedObject } from "./part-file";
import { PartWriter } from "./part-writer";

const object = (number: number, characters = 10): StagedObject => ({
  slot: "events",
  identity: `external_id:${number}`,
  json: JSON.stringify({ number, text: "x".repeat(characters) }),
  fingerprints: [],
});
const batch = (number: number, stream = "events", characters?: number) =>
  new Map([[stream, [object(number, characters)]]]);

class World {
  readonly storage = new MemoryStorage();
  readonly writer = new PartWriter(
    this.storage,
    (stream) => `${stream}/`,
    "run",
    () => 0,
  );
  /** Lets writes end, one after the other. */
  private gates: (() => void)[] = [];

  hold(): void {
    this.storage.before = () => new Promise((resolve) => this.gates.push(resolve));
  }

  async letOneEnd(): Promise<void> {
    await until(() => this.gates.length > 0);
    this.gates.shift()?.();
  }

  get writesUnderWay(): number {
    return this.gates.length;
  }

  async numbers(key: string): Promise<unknown[]> {
    const { objects } = await decodePart(this.storage.objects.get(key) as Buffer);
    return objects.map(({ batch, body }) => `${batch}:${body.number}`);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("PartWriter", () => {
  it("writes batches that come together into one commit, a part for each stream", async () => {
    const { writer, storage } = new World();
    const [first, second] = [writer.add(batch(1)), writer.add(new Map([...batch(2, "a"), ...batch(3)]))];
    await first.commit.durable;
    expect(second).toMatchObject({ commit: first.commit, number: 1, streams: ["a", "events"] });
    expect([...storage.objects.keys()].sort()).toEqual([
      "a/run-00000001.jsonl.gz",
      "events/run-00000001.jsonl.gz",
    ]);
    expect(first.commit.keys.sort()).toEqual([...storage.objects.keys()].sort());
    expect(first.commit.open).toBe(2);
  });

  it("collects while it writes", async () => {
    const world = new World();
    world.hold();
    const first = world.writer.add(batch(1));
    await until(() => world.writesUnderWay === 1);
    const later = [2, 3, 4].map((number) => world.writer.add(batch(number)));
    let durable = false;
    void later[0]?.commit.durable.then(() => {
      durable = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(world.writesUnderWay).toBe(1);
    expect(durable).toBe(false);
    await world.letOneEnd();
    await first.commit.durable;
    await world.letOneEnd();
    await later[2]?.commit.durable;
    expect(await world.numbers("events/run-00000002.jsonl.gz")).toEqual(["0:2", "1:3", "2:4"]);
  });

  it("does not wait for another write when it holds enough", async () => {
    const world = new World();
    world.hold();
    world.writer.add(batch(1));
    await until(() => world.writesUnderWay === 1);
    world.writer.add(batch(2, "events", 5 << 20));
    await until(() => world.writesUnderWay === 2);
    const third = world.writer.add(batch(3));
    expect(third.commit.number).toBe(3);
    for (let each = 0; each < 3; each++) await world.letOneEnd();
    await third.commit.durable;
  });

  it("tells those who wait that it could not be written, and goes on", async () => {
    const world = new World();
    world.storage.before = () => {
      throw new Error("no space");
    };
    await expect(world.writer.add(batch(1)).commit.durable).rejects.toThrow("no space");
    world.storage.before = () => undefined;
    await world.writer.add(batch(2)).commit.durable;
  });
});
