/** The sandbox for the tests of one file: a local Braze, and places for files. */
import { type SandboxBraze, startBraze } from "./sandbox";
import { Storages } from "./storages";

export interface TestSandbox {
  readonly braze: SandboxBraze;
  readonly storages: Storages;
}

/** To be called once at the top of a file, or of a `describe`: it opens before the first test and closes behind the last. */
export function sandboxForAllTests(): TestSandbox {
  let opened: TestSandbox | undefined;
  const sandbox = (): TestSandbox => {
    if (!opened) throw new Error("The sandbox is there only while tests run");
    return opened;
  };
  beforeAll(async () => {
    opened = { braze: await startBraze(), storages: await Storages.open() };
  });
  // A test that fails must not leave its faults to the next one.
  afterEach(() => sandbox().storages.s3.faults.clear());
  afterAll(() => Promise.all([opened?.braze.close(), opened?.storages.close()]));
  return {
    get braze() {
      return sandbox().braze;
    },
    get storages() {
      return sandbox().storages;
    },
  };
}
