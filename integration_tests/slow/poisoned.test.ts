import { DeltaWorld, record, state } from "../deltas-world";
import { sandboxForAllTests } from "../test-sandbox";

const sandbox = sandboxForAllTests();

test(
  "a record on which Braze's servers fail every time is rejected also when nothing else is to be sent",
  async () => {
    const world = new DeltaWorld(sandbox.braze, await sandbox.storages.create("Local"));
    world.workspace.faults.add({
      kind: "status",
      status: 500,
      times: Number.POSITIVE_INFINITY,
      path: "/users/track",
      when: ({ body }) => JSON.stringify(body).includes('"u3"'),
    });
    const users = Array.from({ length: 10 }, (_, number) => record({ external_id: `u${number}`, number }));
    const finished = await world.write([...users, state(1)]);
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    expect(finished.states.map(({ destinationStats }) => destinationStats)).toEqual([
      { recordCount: 9, rejectedRecordCount: 1 },
    ]);
    expect(world.workspace.users.count).toBe(9);
  },
  5 * 60_000,
);
