import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import { type Finished, type Running, start } from "./harness";
import type { FaultKind, JsonObject, Workspace } from "./sandbox";
import { sandboxForAllTests } from "./test-sandbox";
import {
  catalogOf,
  errorsOf,
  record,
  silentAfter,
  state,
  statesOf,
  struck,
  trackRequests,
  users,
} from "./write-world";

const sandbox = sandboxForAllTests();

const catalog = catalogOf("users", "events");

async function write(
  workspace: Workspace,
  input: Iterable<string> | AsyncIterable<string>,
  config: JsonObject = {},
): Promise<Running> {
  const running = await start("destination-braze", "write", {
    config: { url: sandbox.braze.url, api_key: workspace.apiKey, ...config },
    catalog,
    input,
  });
  return running;
}

const says =
  (words: RegExp) =>
  ({ log }: AirbyteMessage): boolean =>
    words.test(log?.message ?? "");

const cleanly = ({ invalidLines, stderr }: Finished): void => {
  expect(invalidLines).toEqual([]);
  expect(stderr).toBe("");
};

describe("an outage of Braze", () => {
  const inFlight = 12;
  const page = "<html><body>Service Unavailable</body></html>";
  test.each<[string, FaultKind]>([
    ["503 with a page", { kind: "status", status: 503, body: page }],
    ["cut connections", { kind: "drop_before" }],
  ])("of %s is waited out by one request at a time; everything arrives", async (_, kind) => {
    const workspace = sandbox.braze.createWorkspace();
    const count = 2000;
    const slow = workspace.faults.add({ kind: "delay", delayMs: 50, times: Infinity });
    const fault = workspace.faults.add({ ...kind, skip: 5, times: Infinity });
    const running = await write(workspace, [...users(count), state("users", 1)], {
      limits: { objects_per_request: 10, concurrent_requests: inFlight },
    });
    await running.until(says(/^Braze does not work since/));
    await struck(fault, inFlight + 3);
    fault.remove();
    slow.remove();
    const finished = await running.finished;

    cleanly(finished);
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual([`1 ${count}+0`]);
    expect(workspace.users.count).toBe(count);
    expect(workspace.overlaps).toEqual([]);
    expect(finished.logs("INFO")).toContainEqual(
      expect.stringMatching(/^Braze answers again after \d+ seconds?\.$/),
    );
  });

  test("only probes travel while it lasts, further and further apart", async () => {
    const workspace = sandbox.braze.createWorkspace();
    // So long that all of them are in flight before the first one fails.
    workspace.faults.add({ kind: "delay", delayMs: 1500, times: inFlight });
    const fault = workspace.faults.add({ kind: "status", status: 503, times: Infinity });
    const running = await write(workspace, users(2000), {
      limits: { objects_per_request: 10, concurrent_requests: inFlight },
    });
    await struck(fault, inFlight + 4);
    fault.remove();
    expect((await running.finished).exitCode).toBe(0);

    const failed = trackRequests(workspace).filter(({ status }) => status === 503);
    const probes = failed.slice(inFlight);
    expect(probes.length).toBeGreaterThanOrEqual(3);
    for (const [index, { at, durationMs }] of probes.slice(0, -1).entries()) {
      expect(probes[index + 1]?.at).toBeGreaterThan(at + durationMs);
    }
    const first = probes[1]?.at ?? 0;
    const last = probes.at(-1)?.at ?? 0;
    expect(last - first).toBeGreaterThan(1500);
  });

  test("that lasts too long is a transient error; the states that are safe are out", async () => {
    const workspace = sandbox.braze.createWorkspace();
    const fault = workspace.faults.add({ kind: "status", status: 504, skip: 1, times: Infinity });
    const running = await write(
      workspace,
      silentAfter(...users(10), state("users", 1), ...users(200).slice(10), state("users", 2)),
      { limits: { objects_per_request: 10, max_outage_minutes: 0.05 } },
    );
    const finished = await running.finished;
    cleanly(finished);
    expect(finished.exitCode).toBe(1);
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(
        /^transient_error: Braze did not work for \d+ seconds, which is longer than limits\.max_outage_minutes lets a sync wait\. The last attempt: Braze kept failing at \/users\/track \(504/,
      ),
    ]);
    expect(statesOf(finished)).toEqual(["1 10+0"]);
    expect(workspace.users.count).toBe(10);
    expect(fault.hits).toBeGreaterThanOrEqual(5);
  });

  test("does not keep the sync from stopping when the host asks for it", async () => {
    const workspace = sandbox.braze.createWorkspace();
    workspace.faults.add({ kind: "status", status: 503, skip: 1, times: Infinity });
    const running = await write(
      workspace,
      silentAfter(...users(10), state("users", 1), ...users(200).slice(10), state("users", 2)),
      { limits: { objects_per_request: 10 } },
    );
    await running.until(says(/^Braze does not work since/));
    const startedAtMs = Date.now();
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(Date.now() - startedAtMs).toBeLessThan(8000);
    cleanly(finished);
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.errors).toEqual([]);
    expect(statesOf(finished)).toEqual(["1 10+0"]);
  });

  test("is not waited out with max_outage_minutes 0", async () => {
    const workspace = sandbox.braze.createWorkspace();
    const fault = workspace.faults.add({ kind: "status", status: 500, times: Infinity });
    const running = await write(workspace, users(1), { limits: { max_outage_minutes: 0 } });
    expect(errorsOf(await running.finished)).toEqual([
      expect.stringMatching(/^transient_error: Braze kept failing at \/users\/track \(500/),
    ]);
    expect(fault.hits).toBe(5);
  });
});

describe("an outage of S3", () => {
  const time = "2026-01-02T03:04:05Z";
  const events = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) =>
      record("events", { external_id: `u${from + index}`, name: "seen", time }),
    );

  test.each([
    ["SlowDown", { kind: "error", code: "SlowDown" }],
    ["cut connections", { kind: "drop" }],
  ] as const)("of %s is waited out: nothing is sent meanwhile, then it goes on", async (_, kind) => {
    const workspace = sandbox.braze.createWorkspace();
    let goOn = (): void => undefined;
    const outage = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const input = (async function* () {
      yield [...users(20), ...events(0, 20), state("users", 1)].join("");
      await outage;
      // Events first: profiles would have to wait for the index anyway.
      yield [...events(20, 100), ...users(40).slice(20), state("users", 2)].join("");
    })();
    const running = await write(workspace, input, {
      object_storage_config: await sandbox.storages.bucket(),
    });
    await running.until(({ state }) => state !== undefined);
    const fault = sandbox.storages.s3.faults.add({ ...kind, times: Infinity });
    // The claim that keeps other syncs away is renewed every five seconds, and notices.
    await running.until(says(/^The object storage does not work since/));
    const { events: sent } = workspace.accepted;
    goOn();
    await struck(fault, fault.hits + 4);
    expect(workspace.accepted.events).toBe(sent);
    fault.remove();
    const finished = await running.finished;

    cleanly(finished);
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 20+0", "2 20+0"]);
    expect(workspace.accepted).toMatchObject({ events: 100, attributes: 40 });
    expect(finished.logs("INFO")).toContainEqual(
      expect.stringMatching(/^The object storage answers again after \d+ seconds?\.$/),
    );
  });

  test("that lasts too long is a transient error, and no state covers what was not remembered", async () => {
    const workspace = sandbox.braze.createWorkspace();
    const fault = sandbox.storages.s3.faults.add({
      kind: "error",
      code: "SlowDown",
      action: "PutObject",
      key: /\/rejected\//,
      times: Infinity,
    });
    const running = await write(
      workspace,
      silentAfter(record("users", { name: "nobody" }), state("users", 1)),
      { object_storage_config: await sandbox.storages.bucket(), limits: { max_outage_minutes: 0.01 } },
    );
    const finished = await running.finished;
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(/^transient_error: The object storage did not work for \d+ seconds?, which is/),
    ]);
    expect(finished.states).toEqual([]);
    expect(fault.hits).toBeGreaterThan(0);
  });

  test("does not keep the sync from stopping either", async () => {
    const workspace = sandbox.braze.createWorkspace();
    const running = await write(workspace, silentAfter(...users(5), state("users", 1)), {
      object_storage_config: await sandbox.storages.bucket(),
    });
    await running.until(({ state }) => state !== undefined);
    sandbox.storages.s3.faults.add({ kind: "error", code: "SlowDown", times: Infinity });
    await running.until(says(/^The object storage does not work since/));
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.errors).toEqual([]);
    expect(statesOf(finished)).toEqual(["1 5+0"]);
  });

  test("is none when a permission was taken away: a config_error at once", async () => {
    const workspace = sandbox.braze.createWorkspace();
    let revoke = (): void => undefined;
    const revoked = new Promise<void>((resolve) => {
      revoke = resolve;
    });
    const input = (async function* () {
      yield [...users(5), state("users", 1)].join("");
      await revoked;
      yield [record("users", { name: "nobody" }), state("users", 2)].join("");
      await new Promise(() => undefined);
    })();
    const running = await write(workspace, input, { object_storage_config: await sandbox.storages.bucket() });
    await running.until(({ state }) => state !== undefined);
    sandbox.storages.s3.faults.add({ kind: "error", code: "AccessDenied", times: Infinity });
    revoke();
    const finished = await running.finished;
    expect(errorsOf(finished)).toEqual([
      expect.stringMatching(/^config_error: The AWS credentials may not \w+ in the S3 bucket "place-\d+"/),
    ]);
    expect(statesOf(finished)).toEqual(["1 5+0"]);
    expect(finished.logs()).not.toContainEqual(expect.stringMatching(/does not work since/));
  });
});
