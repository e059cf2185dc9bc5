import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checkAgainstModel, history } from "../deltas-model";
import { startBraze } from "../sandbox";

const runs = 100;

test(
  "after any syncs with any failures Braze has what a model has that applied every record in order",
  async () => {
    const braze = await startBraze();
    const directory = await mkdtemp(join(tmpdir(), "deltas-model-"));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(history, async (syncs) => {
        count += 1;
        const storage = { storage_type: "Local" as const, directory: join(directory, String(count)) };
        await checkAgainstModel(syncs, braze, storage);
      }),
      { numRuns: runs, endOnFailure: true },
    );
    await braze.close();
    await rm(directory, { recursive: true, force: true });
  },
  30 * 60_000,
);
