/** Killed at any moment: nothing is lost, and only what was on its way or just acknowledged comes twice. */
import { KilledSync } from "./kill-model";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();

describe.each(["Local", "S3"] as const)("a sync that is killed, with %s storage,", (kind) => {
  it("loses nothing and doubles only what was under way, in the right order", async () => {
    const plan = { seed: 1, records: 1500, kills: 2, global: kind === "S3" };
    const { settled } = await new KilledSync(sandbox.braze, await sandbox.storages.create(kind), plan).run();
    expect(settled).toBeGreaterThan(0);
  });

  it("delivers what it had staged also when the host sends nothing again", async () => {
    const plan = { seed: 2, records: 1500, kills: 1 };
    const sync = new KilledSync(sandbox.braze, await sandbox.storages.create(kind), plan);
    expect(await sync.runWithoutResending()).toBeGreaterThan(0);
  });
});
