import type { JsonObject } from "@braze-connectors/shared/json";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import fc from "fast-check";
import type { TrackArray } from "../objects/track/track";
import type { Update } from "../pipeline/update";
import { recordWith, trackSlots } from "../testing/updates";
import { beginningsKey } from "./beginnings";
import { Journal } from "./journal";

const folder = "_braze/events/journal/";

class World {
  readonly storage = new MemoryStorage();
  readonly output = new MemoryOutput();
  /** Records that have come in the run. */
  received = 0;
  private runs = 0;

  /** A new run, after whatever became of the last one. */
  async open(discard = false): Promise<Journal> {
    this.runs += 1;
    this.received = 0;
    const run = `run${String(this.runs).padStart(3, "0")}`;
    const options = { storage: this.storage, folder, run, log: this.output.output.log };
    const journal = await Journal.open(options, discard);
    journal.receivedCount = () => this.received;
    return journal;
  }

  get files(): string[] {
    const keys = [...this.storage.objects.keys()].filter((key) => key.startsWith(folder));
    return keys.filter((key) => key !== beginningsKey(folder));
  }
}

const update = (body: JsonObject, array: TrackArray = "events"): Update => ({
  record: recordWith(body),
  slot: trackSlots[array],
  identity: "external_id:1",
  body: { external_id: "1", ...body },
});
const event = (number: number): Update => update({ name: "seen", properties: { number } });
const points = (inc: number, rest: JsonObject = {}): Update =>
  update({ points: { inc }, ...rest }, "attributes");

describe("Journal", () => {
  it("recognises after an interruption what Braze has accepted, as often as it has", async () => {
    const world = new World();
    const first = await world.open();
    first.accepted(event(1), 1);
    first.accepted(event(1), 1);
    first.accepted(event(2), 2);
    await first.flush();

    const second = await world.open();
    expect([1, 1, 1, 2, 3].map((number) => second.recognise(event(number), 1))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(second.recognised).toBe(3);
  });

  it("recognises nothing in the run itself: an event may happen twice", async () => {
    const journal = await new World().open();
    journal.accepted(event(1), 1);
    await journal.flush();
    expect(journal.recognise(event(1), 1)).toBe(false);
  });

  it("forgets what stands before a state that has left", async () => {
    const world = new World();
    const first = await world.open();
    first.accepted(event(1), 1);
    first.accepted(event(2), 2);
    await first.flush();
    await first.statesLeft(1);

    const second = await world.open();
    expect(second.recognise(event(1), 1)).toBe(false);
    expect(second.recognise(event(2), 1)).toBe(true);
  });

  it("keeps no files of states that have left", async () => {
    const world = new World();
    const journal = await world.open();
    journal.accepted(event(1), 1);
    await journal.flush();
    expect(world.files).toHaveLength(1);
    await journal.statesLeft(1);
    expect(world.files).toEqual([]);
  });

  it("keeps what says that states have left as long as there is something that it concerns", async () => {
    const world = new World();
    const journal = await world.open();
    journal.accepted(event(1), 1);
    // The part of this commit is still there, and with it the file.
    journal.settled(1, 0);
    await journal.flush();
    await journal.statesLeft(1);
    for (let round = 0; round < 3; round++) await journal.flush();
    const next = await world.open();
    expect(next.recognise(event(1), 1)).toBe(false);
  });

  it("ends as a whole, also when it is killed while its files are removed", async () => {
    for (let removed = 0; removed < 4; removed++) {
      const world = new World();
      const journal = await world.open();
      for (const number of [1, 2, 3]) {
        journal.accepted(event(number), 1);
        await journal.flush();
      }
      let left = removed;
      world.storage.before = (action) => {
        if (action.startsWith("remove") && left-- <= 0) throw new Error("killed");
      };
      await journal.clear().catch(() => undefined);
      world.storage.before = () => undefined;
      const next = await world.open();
      for (const number of [1, 2, 3]) expect(next.recognise(event(number), 1)).toBe(false);
    }
  });

  it("removes many files in one go, once it is durable that they do not count", async () => {
    const world = new World();
    const journal = await world.open();
    for (let number = 1; number <= 5; number++) {
      journal.accepted(event(number), 1);
      await journal.flush();
    }
    const old = world.files;
    world.storage.takeDone();
    await journal.statesLeft(1);
    expect(world.storage.takeDone()).toEqual([
      expect.stringMatching(/^write /),
      ...old.map((key) => `remove ${key}`),
    ]);
    await journal.flush();
    expect(world.files).toEqual([]);
  });

  it("remembers through several interruptions what was sent again meanwhile and what was not", async () => {
    const world = new World();
    const first = await world.open();
    world.received = 2;
    first.accepted(event(1), 1);
    first.accepted(event(2), 1);
    await first.flush();
    const second = await world.open();
    world.received = 1;
    expect(second.recognise(event(1), 1)).toBe(true);
    second.stateReceived(1);
    await second.flush();
    await second.statesLeft(1);
    const third = await world.open();
    expect(third.recognise(event(1), 1)).toBe(false);
    expect(third.recognise(event(2), 1)).toBe(true);
  });

  describe("what was carried over from earlier runs", () => {
    const interrupted = async () => {
      const world = new World();
      const first = await world.open();
      world.received = 3;
      for (const number of [1, 2, 3]) first.accepted(event(number), 1);
      await first.flush();
      return world;
    };
    const left = async (world: World, journal: Journal, received: number, epoch = 1): Promise<void> => {
      world.received = received;
      journal.stateReceived(epoch);
      await journal.statesLeaving(epoch);
      await journal.statesLeft(epoch);
    };

    it("counts until a state has left behind as many records as had come then", async () => {
      const world = await interrupted();
      const second = await world.open();
      await left(world, second, 2);
      expect(second.recognise(event(1), 2)).toBe(true);
      await left(world, second, 3, 2);
      // The source did not bring it again: what comes now is new.
      expect(second.recognise(event(2), 3)).toBe(false);
      await second.flush();
      await second.flush();
      expect(world.files).toEqual([]);
      expect((await world.open()).recognise(event(3), 1)).toBe(false);
    });

    it("does so over several runs, each from the last state that left", async () => {
      const world = await interrupted();
      const second = await world.open();
      await left(world, second, 2);
      const third = await world.open();
      world.received = 1;
      third.stateReceived(1);
      expect(third.recognise(event(3), 1)).toBe(true);
      await third.statesLeaving(1);
      await third.statesLeft(1);
      expect(third.recognise(event(1), 2)).toBe(false);
    });

    it("does not wait for what no run can have seen: how far one came is known from what it staged, too", async () => {
      const world = await interrupted();
      const second = await world.open();
      second.extendReach(5);
      await left(world, second, 4);
      expect(second.recognise(event(1), 2)).toBe(true);
      await left(world, second, 5, 2);
      expect(second.recognise(event(2), 3)).toBe(false);
    });

    it("survives runs in which nothing comes, and ends with the stream", async () => {
      const world = await interrupted();
      for (let run = 0; run < 3; run++) await (await world.open()).keep(false);
      const last = await world.open();
      expect(last.recognise(event(1), 1)).toBe(true);
      await last.clear();
      expect((await world.open()).recognise(event(2), 1)).toBe(false);
    });

    it("is known to have been kept in doubt, until a state leaves", async () => {
      const world = await interrupted();
      const second = await world.open();
      world.received = 1;
      expect(second).toMatchObject({ isReached: false, doubted: 0 });
      await second.keep(true);
      const third = await world.open();
      expect(third).toMatchObject({ isReached: false, doubted: 1 });
      world.received = 3;
      expect(third.isReached).toBe(true);
      await left(world, third, 3);
      expect(third.doubted).toBe(0);
    });
  });

  it("takes out of attributes only what must not be repeated", async () => {
    const world = new World();
    const first = await world.open();
    first.accepted(points(5, { color: "red" }), 1);
    await first.flush();
    const second = await world.open();
    const again = points(5, { color: "red", tags: { add: ["a"] } });
    expect(second.recognise(again, 1)).toBe(false);
    expect(again.body).toEqual({ external_id: "1", color: "red", tags: { add: ["a"] } });
    const other = points(6);
    second.recognise(other, 1);
    expect(other.body).toEqual({ external_id: "1", points: { inc: 6 } });
  });

  it("writes nothing for attributes that may be repeated", async () => {
    const world = new World();
    const journal = await world.open();
    journal.accepted(
      update({ color: "red", tags: { add: ["a"] }, address: { city: "Rome" } }, "attributes"),
      1,
    );
    await journal.flush();
    expect(world.files).toEqual([]);
  });

  it("discards what is left when asked to, and clears its folder at the end", async () => {
    const world = new World();
    const first = await world.open();
    first.accepted(event(1), 1);
    await first.flush();
    const second = await world.open(true);
    expect(second.recognise(event(1), 1)).toBe(false);
    second.accepted(event(1), 1);
    await second.flush();
    await second.clear();
    expect(world.files).toEqual([]);
  });

  describe("when nobody knows whether a state left", () => {
    /** A sync that begins with a record and ends well. */
    const sync = async (world: World, id: number): Promise<void> => {
      const journal = await world.open();
      journal.received({ id });
      journal.accepted(points(1), 1);
      journal.stateReceived(1);
      await journal.statesLeaving(1);
      await journal.statesLeft(1);
      await journal.clear();
    };
    const start = async (began: readonly number[] = [0]) => {
      const world = new World();
      for (const id of began) await sync(world, id);
      const first = await world.open();
      first.received({ id: 1 });
      first.accepted(points(1), 1);
      first.stateReceived(1);
      first.received({ id: 2 });
      first.accepted(points(1), 2);
      first.stateReceived(2);
      first.received({ id: 3 });
      first.accepted(points(1), 3);
      // Killed before it could be noted that they left.
      await first.statesLeaving(2);
      await first.flush();
      return world;
    };
    /** How many of many increments are recognised. */
    const recognised = (journal: Journal): number => {
      for (let count = 0; count < 5; count++) journal.recognise(points(1), 1);
      return journal.recognised;
    };

    it.each([
      ["the first one", { id: 1 }, 3],
      ["that behind a state that left", { id: 2 }, 2],
      ["that behind both", { id: 3 }, 1],
      ["another", { id: 9 }, 1],
    ])("the first record that comes tells: %s", async (_, record, count) => {
      const journal = await (await start()).open();
      journal.received(record);
      expect(recognised(journal)).toBe(count);
    });

    it("what Braze has is durable before the state leaves, and nothing is written for what may be repeated", async () => {
      const world = new World();
      const first = await world.open();
      first.received({ id: 1 });
      first.stateReceived(1);
      await first.statesLeaving(1);
      expect(world.files).toEqual([]);
      first.received({ id: 2 });
      first.accepted(points(1), 2);
      first.stateReceived(2);
      await first.statesLeaving(2);
      const second = await world.open();
      second.received({ id: 2 });
      expect(recognised(second)).toBe(1);
    });

    it("in doubt nothing is recognised: to take a new record for an old one would lose it", async () => {
      const world = new World();
      const first = await world.open();
      for (const epoch of [1, 2]) {
        // Each span begins with the same record.
        first.received({ id: 1 });
        first.accepted(points(1), epoch);
        if (epoch === 1) first.stateReceived(epoch);
      }
      await first.statesLeaving(1);
      const second = await world.open();
      second.received({ id: 1 });
      expect(recognised(second)).toBe(1);
    });

    it.each<[string, number[]]>([
      ["no other run is known", []],
      ["an earlier run began in the same way", [0, 1, 8]],
    ])(
      "the record that the run began with tells nothing if %s: the next may begin so, too",
      async (_, began) => {
        const journal = await (await start(began)).open();
        journal.received({ id: 1 });
        expect(recognised(journal)).toBe(1);
      },
    );

    it("records that come several times tell nothing", async () => {
      const world = new World();
      await sync(world, 0);
      const first = await world.open();
      for (const record of [1, 2, 2]) {
        first.received({ id: record, tags: [1] });
        first.accepted(points(1), record === 1 ? 1 : 2);
        if (record === 1) first.stateReceived(1);
      }
      first.stateReceived(2);
      await first.statesLeaving(2);
      const second = await world.open();
      second.received({ id: 2, tags: [1] });
      expect(recognised(second)).toBe(0);
    });

    it("spans that follow one that is sent again are sent again, too, whatever they begin with", async () => {
      const world = new World();
      await sync(world, 0);
      const first = await world.open();
      for (const [position, id] of [1, 2, 1, 3].entries()) {
        first.received({ id });
        first.accepted(points(1), position + 1);
        first.stateReceived(position + 1);
      }
      await first.statesLeaving(4);
      const second = await world.open();
      second.received({ id: 2 });
      expect(recognised(second)).toBe(3);
    });

    it("it is still not known after a run without records, and known for good after one with records", async () => {
      const world = await start();
      await world.open();
      const second = await world.open();
      second.received({ id: 2 });
      await second.statesLeaving(0);
      const third = await world.open();
      // The host begins here because a state has left meanwhile: that says nothing of the spans before.
      third.received({ id: 1 });
      expect(recognised(third)).toBe(2);
    });
  });

  it("remembers which batches of staged parts are settled, as long as the parts are there", async () => {
    const world = new World();
    const first = await world.open();
    first.settled(1, 0);
    first.accepted(event(1), 1);
    await first.flush();
    await first.statesLeft(1);
    const read = (): Promise<Journal> =>
      Journal.read({ storage: world.storage, folder, run: "run999", log: world.output.output.log }, false, [
        "run001",
      ]);
    expect((await read()).leftRun).toBe("run001");
    expect((await read()).wasSettled("1 0")).toBe(true);
    expect((await read()).wasSettled("1 1")).toBe(false);
    // The state has left all the same.
    expect((await read()).recognise(event(1), 1)).toBe(false);
    first.forgetCommits([1]);
    await first.flush();
    expect(world.files).toEqual([]);
  });

  it("goes on without a file that is damaged, and says so", async () => {
    const world = new World();
    const first = await world.open();
    first.accepted(event(1), 1);
    await first.flush();
    first.accepted(event(2), 1);
    await first.flush();
    const [damaged] = world.files;
    world.storage.objects.set(damaged as string, Buffer.from("BZJN and then nothing that makes sense"));
    const second = await world.open();
    expect(second.recognise(event(1), 1)).toBe(false);
    expect(second.recognise(event(2), 1)).toBe(true);
    expect(world.output.lines.join()).toContain("may be sent twice");
  });

  it("holds no personal data", async () => {
    const world = new World();
    const journal = await world.open();
    journal.accepted(update({ name: "secret-name", properties: { email: "ada@example.com" } }), 1);
    await journal.flush();
    const stored = Buffer.concat([...world.storage.objects.values()]).toString("latin1");
    expect(stored).not.toMatch(/secret-name|ada@|external_id/);
  });

  it("agrees with a model whatever is accepted, leaves, and is interrupted", async () => {
    type Step = { kind: "accept"; event: number } | { kind: "flush" | "state leaves" | "crash" };
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("accept" as const), event: fc.integer({ min: 0, max: 3 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constantFrom("flush" as const, "state leaves" as const, "crash" as const),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        let journal = await world.open();
        let epoch = 1;
        /** Accepted in this run and not behind a state that has left. */
        let open: number[] = [];
        /** What the host may still send again of earlier runs. */
        let carried: number[] = [];
        /** Behind the last state that left: the most that ever came, and what came in this run. */
        let reach = 0;
        let received = 0;
        for (const each of steps) {
          if (each.kind === "accept") {
            world.received += 1;
            received += 1;
            reach = Math.max(reach, received);
            const known = carried.indexOf(each.event);
            expect(journal.recognise(event(each.event), epoch)).toBe(known !== -1);
            if (known === -1) journal.accepted(event(each.event), epoch);
            else carried.splice(known, 1);
            open.push(each.event);
          } else if (each.kind === "crash") {
            // Everything is flushed first: what a crash loses besides is what the last second brought.
            await journal.flush();
            carried = [...carried, ...open];
            open = [];
            epoch = 1;
            received = 0;
            journal = await world.open();
          } else {
            await journal.flush();
            if (each.kind === "state leaves") {
              journal.stateReceived(epoch);
              await journal.statesLeft(epoch);
              // Nothing of earlier runs can come behind as much as came in any of them.
              if (received >= reach) carried = [];
              reach -= received;
              received = 0;
              open = [];
              epoch += 1;
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
