/** Killed at any moment: nothing is lost, and only what was on its way or just acknowledged comes twice. */
import { KilledSync } from "./kill-model";
import { type SandboxBraze, startBraze } from "./sandbox";
import { Storages } from "./storages";

let braze: SandboxBraze;
let storages: Storages;

beforeAll(async () => {
  braze = await startBraze();
  storages = await Storages.open();
});
afterAll(async () => {
  await Promise.all([braze.close(), storages.close()]);
});

describe.each(["Local", "S3"] as const)("a sync that is killed, with %s storage,", (kind) => {
  it("loses nothing and doubles only what was under way, in the right order", async () => {
    const plan = { seed: 1, records: 1500, kills: 2, global: kind === "S3" };
    const { settled } = await new KilledSync(braze, await storages.create(kind), plan).run();
    expect(settled).toBeGreaterThan(0);
  });

  it("delivers what it had staged also when the host sends nothing again", async () => {
    const plan = { seed: 2, records: 1500, kills: 1 };
    const sync = new KilledSync(braze, await storages.create(kind), plan);
    expect(await sync.runWithoutResending()).toBeGreaterThan(0);
  });
});
