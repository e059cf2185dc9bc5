/** Killed while messages are on their way: nobody gets one twice, and nobody is passed over in silence. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DestinationWorlds, rejectedRecords } from "./destination-world";
import { start } from "./harness";
import { KilledMessages } from "./message-kills";
import { catalogOf, record, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

it.each([1, 2, 3])("campaign triggers that are killed in flight (seed %i)", async (seed) => {
  const kills = 3;
  const sync = new KilledMessages(worlds, { seed, people: 1200, kills, faultsPerThousand: 0 });
  const { messages, inDoubt, killedInFlight } = await sync.run();
  expect(killedInFlight).toBe(kills);
  expect(messages).toBeGreaterThan(800);
  // Two requests of 50 were in flight at each kill; some were answered too shortly before it to be noted.
  expect(inDoubt).toBeLessThanOrEqual(kills * 5 * 50);
});

it("answers that are lost before a kill are not forgotten by it", async () => {
  // Of so many requests some lose their answers and some fail, whatever the order in which they come.
  const sync = new KilledMessages(worlds, { seed: 4, people: 6000, kills: 3, faultsPerThousand: 150 });
  const { inDoubt, inDoubtAndSent } = await sync.run();
  expect(inDoubt).toBeGreaterThan(inDoubtAndSent);
  expect(inDoubtAndSent).toBeGreaterThan(0);
});

it("a message in doubt stays in doubt when the sync is killed before any state has left", async () => {
  const to = worlds.world({}, { limits: { concurrent_requests: 1 } });
  const { workspace } = to;
  workspace.users.seed(Array.from({ length: 100 }, (_, index) => ({ external_id: `u${index}` })));
  workspace.createCampaign({ id: "receipt", name: "Receipt", scheduleType: "api_triggered" });
  workspace.faults.add({ kind: "drop_after", path: "/campaigns/trigger/send" });
  const records = Array.from({ length: 100 }, (_, index) =>
    record("receipts", { external_user_id: `u${index}` }),
  );
  const catalog = catalogOf({ name: "receipts", destination_object_name: "campaign_trigger/receipt" });
  const write = (input: AsyncIterable<string> | string[]) =>
    start("destination-braze", "write", { config: to.config, catalog, input });

  const running = await write(
    (async function* () {
      yield* records;
      await new Promise(() => undefined);
    })(),
  );
  const files = (folder: string) =>
    readdir(join(to.folder, "_braze/receipts", folder)).then(
      ({ length }) => length,
      () => 0,
    );
  // The batch behind the one in doubt is known to be settled, durably.
  while (workspace.messages.length < 100 || (await files("journal")) === 0 || (await files("staged")) > 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  running.process.kill("SIGKILL");
  await running.finished;

  const finished = await (await write([...records, state("receipts", 1)])).finished;
  expect(finished.errors).toEqual([]);
  expect(finished.states).toHaveLength(1);
  expect(finished.logs("WARN").join("\n")).toContain(
    "0 objects were delivered and 50 rejected; these are in",
  );
  expect(workspace.messages).toHaveLength(100);
  const inDoubt = (await rejectedRecords(to)).filter(({ reasons }) => reasons[0]?.code === "outcome_unknown");
  expect(new Set(inDoubt.map(({ record: { external_user_id: id } }) => id)).size).toBe(50);
});
