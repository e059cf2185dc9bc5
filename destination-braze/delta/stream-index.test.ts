import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { profileMemory } from "../testing/updates";
import { StreamIndex, type StreamIndexOptions } from "./stream-index";

const identity = "external_id:1";

class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();

  open(id: number | undefined, minimum: number | undefined, changed: Partial<StreamIndexOptions> = {}) {
    return StreamIndex.open({
      storage: this.storage,
      folder: "_braze/users/",
      stream: "users",
      url: "https://rest.example.com",
      generation: { id, minimum },
      partitionOf: () => 0,
      log: this.output.output.log,
      stop: new AbortController().signal,
      readOnly: false,
      run: "1",
      lost: () => undefined,
      ...changed,
    });
  }

  /** One sync of one user who never changes. @returns whether anything was sent */
  async sync(...options: Parameters<World["open"]>): Promise<boolean> {
    const stream = await this.open(...options);
    const { index } = stream;
    await index.prepare(identity);
    const delta = index.delta(identity, profileMemory, { a: 1 }, "changed_attributes");
    if (delta.kind === "changed") index.remember(identity, delta.change);
    await index.store();
    await stream.close();
    return delta.kind === "changed";
  }

  get keys(): string[] {
    return [...this.storage.objects.keys()].sort();
  }
}

describe("StreamIndex", () => {
  it("goes on with the index of the same generation", async () => {
    const world = new World();
    expect(await world.sync(1, 0)).toBe(true);
    expect(await world.sync(1, 0)).toBe(false);
    expect(world.keys).toEqual(["_braze/users/generation.json", "_braze/users/index/000.bin"]);
  });

  it("goes on without any generation", async () => {
    const world = new World();
    await world.sync(undefined, undefined);
    expect(await world.sync(undefined, undefined)).toBe(false);
    expect(await world.sync(7, undefined)).toBe(false);
  });

  it("goes on in a new generation that does not ask for a fresh start", async () => {
    const world = new World();
    await world.sync(1, 0);
    expect(await world.sync(2, 1)).toBe(false);
    expect(await world.sync(2, 2)).toBe(false);
  });

  it("starts fresh when a new generation is the minimum: once, and not again for a second try", async () => {
    const world = new World();
    await world.sync(1, 0);
    expect(await world.sync(2, 2)).toBe(true);
    expect(await world.sync(2, 2)).toBe(false);
    expect(world.output.messages().map(({ log }) => log?.message)).toEqual([
      "users: generation 2 begins; everything is sent again.",
    ]);
  });

  it("starts fresh again when the last start did not get to its end", async () => {
    const world = new World();
    await world.sync(1, 0);
    world.storage.before = (action) => {
      if (action.startsWith("write") && action.endsWith("generation.json")) throw new Error("killed");
    };
    await expect(world.sync(2, 2)).rejects.toThrow("killed");
    world.storage.before = () => undefined;
    expect(await world.sync(2, 2)).toBe(true);
  });

  it("starts fresh with another Braze", async () => {
    const world = new World();
    await world.sync(1, 0);
    const url = "https://rest.example.org";
    expect(await world.sync(1, 0, { url })).toBe(true);
    expect(await world.sync(1, 0, { url })).toBe(false);
    expect(world.output.messages()[0]?.log?.message).toBe(
      "users: what was sent so far went to https://rest.example.com, not to https://rest.example.org; everything is sent again.",
    );
  });

  it("takes a damaged note of the generation for none", async () => {
    const world = new World();
    await world.sync(1, 0);
    world.storage.objects.set("_braze/users/generation.json", Buffer.from("{"));
    expect(await world.sync(1, 0)).toBe(false);
    world.storage.objects.set("_braze/users/generation.json", Buffer.from("[]"));
    expect(await world.sync(1, 1)).toBe(true);
  });

  it("belongs to one sync at a time, but may be asked meanwhile", async () => {
    const world = new World();
    const first = await world.open(1, 0);
    const error = await thrownBy(() => world.open(1, 0));
    expect(error.failureType).toBe("transient_error");
    expect(error.message).toMatch(/^Another sync is at work on the stream users: process \d+ on .* since 20/);
    expect(await world.sync(1, 1, { readOnly: true })).toBe(true);
    expect(world.keys.filter((key) => key.includes("/lock/"))).toHaveLength(1);
    await first.close();
    expect(await world.sync(1, 0)).toBe(true);
  });

  it("gives the lock back when it can't be opened", async () => {
    const world = new World();
    await world.sync(1, 0);
    world.storage.before = (action) => {
      if (action === "read _braze/users/generation.json") throw new Error("no");
    };
    await expect(world.open(1, 0)).rejects.toThrow("no");
    expect(world.keys.some((key) => key.includes("/lock/"))).toBe(false);
  });
});
