/** source-braze when a sync is interrupted, and when the next one goes on from its state. */
import type { AirbyteMessage, AirbyteStateMessage } from "@braze-connectors/spec/airbyte/protocol";
import { start } from "./harness";
import { addSegment, brazeIds, expectClean, exportsOf, idsOfUsers, SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

/** Something that a test opens, and that others wait for. */
class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => undefined;
  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

const isState = (message: AirbyteMessage): boolean => message.type === "STATE";
const filesIn = ({ state }: AirbyteMessage): number => {
  const segments = Object.values(
    (state?.stream?.stream_state?.segments ?? {}) as Record<string, { files?: [] }>,
  );
  return segments[0]?.files?.length ?? 0;
};

/**
 * A sync of 40 users in files of 10 that has read some of them.
 * @param files so many the export has written: with the others it waits for the gate
 */
async function readingFiles(files: number, read = files) {
  const gate = new Gate();
  const workspace = world.withStorage({
    usersPerFile: 10,
    beforeFile: (index) => (index < files ? undefined : gate.opened),
  });
  const config = world.storageConfig(workspace, [addSegment(workspace, 40)]);
  const running = await start("source-braze", "read", world.readOptions(config));
  await running.until((message) => isState(message) && filesIn(message) >= read);
  return { gate, workspace, config, running };
}

test("a sync goes on from every state that was emitted: no second export, nobody twice, nobody missing", async () => {
  const workspace = world.withStorage({ usersPerFile: 10 });
  const config = world.storageConfig(workspace, [addSegment(workspace, 40)]);
  const whole = await world.read(config);
  expect(exportsOf(workspace)).toBe(1);
  const untilState = idsBeforeEachState(whole.messages);
  expect(untilState).toHaveLength(7);

  for (const { state, ids } of untilState) {
    const isLast = state.stream?.stream_state?.complete === true;
    const next = await world.read(config, { state: [state] });
    expect(next.exitCode).toBe(0);
    const expected = isLast ? idsOfUsers(0, 40) : idsOfUsers(0, 40).filter((id) => !ids.includes(id));
    expect(brazeIds(next.records()).sort()).toEqual(expected);
    expect(next.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: true });
    // Only after a sync that was complete there is something new to export.
    expect(exportsOf(workspace)).toBe(isLast ? 2 : 1);
  }
});

describe("a stop", () => {
  test("while files are read: the state of what is complete, and the next sync goes on", async () => {
    const { gate, workspace, config, running } = await readingFiles(2);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;

    expect(stopped.signal).toBe("SIGTERM");
    expect(stopped.statuses("segment_users")).toEqual(["STARTED", "RUNNING", "INCOMPLETE"]);
    expect(stopped.errors).toEqual([]);
    expectClean(stopped, config);
    expect(stopped.records()).toHaveLength(20);

    gate.open();
    const next = await world.read(config, { state: stopped.stateFile });
    expect(next.exitCode).toBe(0);
    const ids = [...brazeIds(stopped.records()), ...brazeIds(next.records())];
    expect(ids.sort()).toEqual(idsOfUsers(0, 40));
    expect(exportsOf(workspace)).toBe(1);
  });

  test("in the middle of a file whose records the host takes slowly", async () => {
    const workspace = world.withStorage({ usersPerFile: 20_000 });
    const config = world.storageConfig(workspace, [addSegment(workspace, 20_000)]);
    const running = await start("source-braze", "read", world.readOptions(config));
    await running.until(({ type }) => type === "RECORD");
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    expect(stopped.signal).toBe("SIGTERM");
    expect(stopped.statuses("segment_users").at(-1)).toBe("INCOMPLETE");
    expect(stopped.invalidLines).toEqual([]);
    expect(stopped.records().length).toBeLessThan(20_000);

    const next = await world.read(config, { state: stopped.stateFile });
    expect(next.records()).toHaveLength(20_000);
    expect(exportsOf(workspace)).toBe(1);
  });

  test("while an export is waited for: the next sync waits for the same one", async () => {
    const gate = new Gate();
    const workspace = world.withStorage({ beforeFile: () => gate.opened });
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    const running = await start("source-braze", "read", world.readOptions(config));
    await running.until(isState);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    expect(stopped.statuses("segment_users")).toEqual(["STARTED", "INCOMPLETE"]);

    gate.open();
    const next = await world.read(config, { state: stopped.stateFile });
    expect(brazeIds(next.records()).sort()).toEqual(idsOfUsers(0, 5));
    expect(exportsOf(workspace)).toBe(1);
  });

  test("while a download link is waited for: the next sync exports anew, for no state holds the link", async () => {
    const gate = new Gate();
    const workspace = world.withLink({ beforeFile: () => gate.opened });
    const config = world.linkConfig(workspace, [addSegment(workspace, 5)]);
    const running = await start("source-braze", "read", world.readOptions(config));
    await running.until(isState);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    expect(stopped.signal).toBe("SIGTERM");
    expectClean(stopped, config);

    // The first export still runs when the next sync asks: that one waits until Braze lets it.
    const second = await start(
      "source-braze",
      "read",
      world.readOptions(config, { state: stopped.stateFile }),
    );
    await second.until(({ log }) => log?.message.includes("429") === true);
    gate.open();
    const next = await second.finished;
    expect(next.exitCode).toBe(0);
    expect(brazeIds(next.records()).sort()).toEqual(idsOfUsers(0, 5));
    expect(exportsOf(workspace)).toBe(2);
  });
});

test("a kill in the middle loses nothing", async () => {
  const { gate, workspace, config, running } = await readingFiles(3, 2);
  running.process.kill("SIGKILL");
  const killed = await running.finished;
  // What a killed process can't clean up is left to the machine.
  await world.removeLeftovers();
  gate.open();
  const next = await world.read(config, { state: killed.stateFile });
  const ids = new Set([...brazeIds(killed.records()), ...brazeIds(next.records())]);
  expect([...ids].sort()).toEqual(idsOfUsers(0, 40));
  expect(exportsOf(workspace)).toBe(1);
});

describe("files that are gone", () => {
  test("fail the sync, and the next one exports anew", async () => {
    const { gate, workspace, config, running } = await readingFiles(2);
    running.process.kill("SIGTERM");
    const stopped = await running.finished;
    gate.open();
    await workspace.exports[0]?.finished;
    await world.emptyBucket();

    const failed = await world.read(config, { state: stopped.stateFile });
    expect(failed.exitCode).toBe(1);
    expect(failed.errors[0]).toMatchObject({ failure_type: "transient_error" });
    expect(failed.errors[0]?.message).toMatch(/are gone from s3:.*exports the segment anew/);

    const next = await world.read(config, { state: failed.stateFile });
    expect(brazeIds(next.records()).sort()).toEqual(idsOfUsers(0, 40));
    expect(exportsOf(workspace)).toBe(2);
  });

  test("between listing and reading", async () => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    world.s3.faults.add({ kind: "error", action: "GetObject", code: "NoSuchKey", status: 404 });
    const finished = await world.read(config);
    expect(finished.errors[0]).toMatchObject({ failure_type: "transient_error" });
    expect(finished.errors[0]?.message).toContain("are gone");
    expect(finished.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: false, segments: {} });
  });
});

describe("a state that does not fit", () => {
  test.each([
    ["of another version", { version: 99 }],
    ["that says nothing", {}],
    ["of a segment that is not configured any more", { version: 1, complete: false, segments: { gone: {} } }],
  ])("%s starts anew", async (_, stream_state) => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    const state = [
      { type: "STREAM", stream: { stream_descriptor: { name: "segment_users" }, stream_state } },
    ];
    const finished = await world.read(config, { state });
    expect(brazeIds(finished.records()).sort()).toEqual(idsOfUsers(0, 5));
  });

  test("because other columns are selected now starts anew", async () => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    const whole = await world.read(config, { columns: ["email"] });
    const requested = whole.states.slice(0, 1);
    await world.read(config, { state: requested, columns: ["email"] });
    expect(exportsOf(workspace)).toBe(1);
    await world.read(config, { state: requested, columns: ["email", "phone"] });
    expect(exportsOf(workspace)).toBe(2);
  });
});

test("of several segments, those that were read to their end are not exported again", async () => {
  const workspace = world.withStorage();
  const [first, second] = [addSegment(workspace, 5, "First"), addSegment(workspace, 5, "Second", 5)];
  const config = world.storageConfig(workspace, [first, second]);
  const whole = await world.read(config);
  const afterFirst = whole.states.findLast((state) => !JSON.stringify(state).includes(second.id));
  const next = await world.read(config, { state: [afterFirst] });
  expect(brazeIds(next.records())).toEqual(idsOfUsers(5, 10));
  expect(workspace.exports.map(({ segmentId }) => segmentId)).toEqual([first.id, second.id, second.id]);
});

/** For every state of a run: the users that were emitted before it. */
function idsBeforeEachState(
  messages: readonly AirbyteMessage[],
): { state: AirbyteStateMessage; ids: unknown[] }[] {
  const ids: unknown[] = [];
  const found: { state: AirbyteStateMessage; ids: unknown[] }[] = [];
  for (const { record, state } of messages) {
    if (record) ids.push(record.data.braze_id);
    if (state) found.push({ state, ids: [...ids] });
  }
  return found;
}
