/** Killed while messages are on their way: nobody gets one twice, and nobody is passed over in silence. */
import { DestinationWorlds } from "./destination-world";
import { KilledMessages } from "./message-kills";

let worlds: DestinationWorlds;
beforeAll(async () => {
  worlds = await DestinationWorlds.open();
});
afterAll(() => worlds.close());
afterEach(() => worlds.expectCleanRuns());

it.each([1, 2, 3])("campaign triggers that are killed in flight (seed %i)", async (seed) => {
  const kills = 3;
  const sync = new KilledMessages(worlds, { seed, people: 1200, kills, faultsPerThousand: 0 });
  const { messages, inDoubt, killedInFlight } = await sync.run();
  expect(killedInFlight).toBe(kills);
  expect(messages).toBeGreaterThan(800);
  // Two requests of 50 were in flight at each kill; some were answered too shortly before it to be noted.
  expect(inDoubt).toBeLessThanOrEqual(kills * 4 * 50);
});

it("answers that are lost before a kill are not forgotten by it", async () => {
  const sync = new KilledMessages(worlds, { seed: 4, people: 1200, kills: 3, faultsPerThousand: 150 });
  const { inDoubt, inDoubtAndSent } = await sync.run();
  expect(inDoubt).toBeGreaterThan(inDoubtAndSent);
  expect(inDoubtAndSent).toBeGreaterThan(0);
});
