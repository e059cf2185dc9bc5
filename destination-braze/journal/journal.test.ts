import fc from "fast-check";
import { event, folder, JournalWorld, points, update } from "../testing/journal-world";
import { Journal } from "./journal";

describe("Journal", () => {
  it("recognises after an interruption what Braze has accepted, as often as it has", async () => {
    const world = new JournalWorld();
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
    const journal = await new JournalWorld().open();
    journal.accepted(event(1), 1);
    await journal.flush();
    expect(journal.recognise(event(1), 1)).toBe(false);
  });

  it("forgets what stands before a state that has left", async () => {
    const world = new JournalWorld();
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
    const world = new JournalWorld();
    const journal = await world.open();
    journal.accepted(event(1), 1);
    await journal.flush();
    expect(world.files).toHaveLength(1);
    await journal.statesLeft(1);
    expect(world.files).toEqual([]);
  });

  it("keeps what says that states have left as long as there is something that it concerns", async () => {
    const world = new JournalWorld();
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
      const world = new JournalWorld();
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
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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

  it("takes out of attributes only what must not be repeated", async () => {
    const world = new JournalWorld();
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
    const world = new JournalWorld();
    const journal = await world.open();
    journal.accepted(
      update({ color: "red", tags: { add: ["a"] }, address: { city: "Rome" } }, "attributes"),
      1,
    );
    await journal.flush();
    expect(world.files).toEqual([]);
  });

  it("discards what is left when asked to, and clears its folder at the end", async () => {
    const world = new JournalWorld();
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

  it("remembers which batches of staged parts are settled, as long as the parts are there", async () => {
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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
        const world = new JournalWorld();
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
