/** The sandbox for the tests of one file: a local Braze, and places for files. */
import type { SandboxBraze } from "./sandbox";
import { brazeForAllTests } from "./sandbox/testing";
import { Storages } from "./storages";

export interface TestSandbox {
  readonly braze: SandboxBraze;
  readonly storages: Storages;
}

/** To be called once, at the top of a file: it opens before the first test and closes behind the last. */
export function sandboxForAllTests(): TestSandbox {
  const local = brazeForAllTests();
  let storages: Storages | undefined;
  beforeAll(async () => {
    storages = await Storages.open();
  });
  // A test that fails must not leave its faults to the next one.
  afterEach(() => storages?.s3.faults.clear());
  afterAll(() => storages?.close());
  return {
    get braze() {
      return local.braze;
    },
    get storages() {
      if (!storages) throw new Error("Storages are there only while tests run");
      return storages;
    },
  };
}
