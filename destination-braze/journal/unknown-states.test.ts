import type { Endpoint } from "../objects/endpoint";
import { findSlot } from "../objects/registry";
import type { Update } from "../pipeline/update";
import { JournalWorld, points } from "../testing/journal-world";
import { recordWith } from "../testing/updates";
import type { Journal } from "./journal";

describe("Journal: when nobody knows whether a state left", () => {
  /** A sync that begins with a record and ends well. */
  const sync = async (world: JournalWorld, id: number): Promise<void> => {
    const journal = await world.open();
    journal.received({ id });
    journal.accepted(points(1), 1);
    journal.stateReceived(1);
    await journal.statesLeaving(1);
    await journal.statesLeft(1);
    await journal.clear();
  };
  const start = async (began: readonly number[] = [0]) => {
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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

  describe("a message that may be one that Braze has", () => {
    const message = (inDoubt: Endpoint["inDoubt"] = "reject"): Update => {
      const slot = findSlot("campaign_trigger/receipt", inDoubt);
      if (!slot) throw new Error("There is no such slot");
      return { record: recordWith({}), slot, identity: "external_id:a", body: { external_user_id: "a" } };
    };
    /** Killed while the first state of all was leaving: no earlier run tells whether new records begin like that. */
    const start = async (): Promise<JournalWorld> => {
      const world = new JournalWorld();
      const first = await world.open();
      first.received({ id: 1 });
      first.accepted(message(), 1);
      first.stateReceived(1);
      await first.statesLeaving(1);
      return world;
    };

    it("is doubted once, as long as it may be brought again", async () => {
      const world = await start();
      // Killed once more before it came.
      const second = await world.open();
      second.received({ id: 1 });
      await second.flush();
      const third = await world.open();
      third.received({ id: 1 });
      expect(third.expectsAgain).toBe(true);
      expect(third.recognise(message(), 1)).toBe(false);
      expect(third.doubts(message("send again"), 1)).toBe(false);
      expect([third.doubts(message(), 1), third.doubts(message(), 1)]).toEqual([true, false]);
      await third.flush();
      // It was rejected, and for that it is known.
      const fourth = await world.open();
      fourth.received({ id: 1 });
      expect(fourth.recognise(message(), 1)).toBe(true);
    });

    it("is a new one when the host begins elsewhere", async () => {
      const journal = await (await start()).open();
      journal.received({ id: 2 });
      expect(journal.doubts(message(), 1)).toBe(false);
      expect(journal.expectsAgain).toBe(false);
    });

    it("is a new one behind a state that has left since", async () => {
      const world = await start();
      const journal = await world.open();
      let received = 0;
      journal.receivedCount = () => received;
      journal.received({ id: 1 });
      received += 1;
      journal.stateReceived(1);
      await journal.statesLeaving(1);
      await journal.statesLeft(1);
      expect(journal.doubts(message(), 2)).toBe(false);
      await journal.flush();
      const next = await world.open();
      next.received({ id: 1 });
      expect(next.doubts(message(), 1)).toBe(false);
    });
  });

  it("in doubt nothing is recognised: to take a new record for an old one would lose it", async () => {
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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
    const world = new JournalWorld();
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
