import { KilledSync } from "../kill-model";
import { sandboxForAllTests } from "../test-sandbox";

/** Another start of the random numbers; what failed is repeated with the one that was printed. */
const firstSeed = Number(process.env.KILL_SEED ?? 100);
const histories = 12;
const kills = 5;

const sandbox = sandboxForAllTests();

test(
  "killed again and again at random moments, a sync loses nothing and doubles only what was under way",
  async () => {
    const total = { kills: 0, settled: 0, doubled: 0, oldestMs: 0 };
    for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
      const kind = seed % 3 === 0 ? "S3" : "Local";
      const plan = { seed, records: 2500, kills, global: seed % 4 === 1 };
      const sync = new KilledSync(sandbox.braze, await sandbox.storages.create(kind), plan);
      const figures = await sync.run().catch((error: unknown) => {
        throw new Error(`KILL_SEED=${seed} (${kind}) failed`, { cause: error });
      });
      total.kills += figures.kills;
      total.settled += figures.settled;
      total.doubled += figures.doubled;
      total.oldestMs = Math.max(total.oldestMs, figures.oldestMs);
    }
    expect(total.kills).toBe(histories * kills);
    expect(total.settled).toBeGreaterThan(total.kills / 2);
    process.stdout.write(
      `${total.kills} kills: ${total.settled} runs found something staged; ${total.doubled} came twice, acknowledged at most ${total.oldestMs} ms before a kill.\n`,
    );
  },
  15 * 60_000,
);

test(
  "what was staged arrives also when the host sends nothing again",
  async () => {
    let staged = 0;
    for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
      const kind = seed % 3 === 0 ? "S3" : "Local";
      const sync = new KilledSync(sandbox.braze, await sandbox.storages.create(kind), {
        seed,
        records: 2500,
        kills: 1,
      });
      staged += await sync.runWithoutResending().catch((error: unknown) => {
        throw new Error(`KILL_SEED=${seed} (${kind}) failed`, { cause: error });
      });
    }
    expect(staged).toBeGreaterThan(0);
  },
  15 * 60_000,
);
