import fc from "fast-check";
import { checkAgainstModel, history } from "../deltas-model";
import { sandboxForAllTests } from "../test-sandbox";

const runs = 100;

const sandbox = sandboxForAllTests();

test(
  "after any syncs with any failures Braze has what a model has that applied every record in order",
  async () => {
    await fc.assert(
      fc.asyncProperty(history, async (syncs) => {
        await checkAgainstModel(syncs, sandbox.braze, await sandbox.storages.create("Local"));
      }),
      { numRuns: runs, endOnFailure: true },
    );
  },
  30 * 60_000,
);
