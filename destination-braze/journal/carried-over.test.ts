import { event, JournalWorld } from "../testing/journal-world";
import type { Journal } from "./journal";

describe("Journal: what was carried over from earlier runs", () => {
  const interrupted = async () => {
    const world = new JournalWorld();
    const first = await world.open();
    world.received = 3;
    for (const number of [1, 2, 3]) first.accepted(event(number), 1);
    await first.flush();
    return world;
  };
  const left = async (world: JournalWorld, journal: Journal, received: number, epoch = 1): Promise<void> => {
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
