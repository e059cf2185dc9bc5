import { DestinationWorlds } from "./destination-world";
import { type Finished, type RunOptions, run, start } from "./harness";
import { type SandboxBraze, startBraze, type Workspace } from "./sandbox";
import { catalogOf, record, silentAfter, state, statesOf, trackRequests, users } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

const optionsFor = (
  { url }: SandboxBraze,
  { apiKey }: Workspace,
  input: RunOptions["input"],
  limits: object,
): RunOptions => ({
  config: { url, api_key: apiKey, limits: { objects_per_request: 1, ...limits } },
  catalog: catalogOf("users"),
  input,
});

const people = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => record("users", { external_id: `${prefix}${index}`, a: 1 }));

const refusedIn = (workspace: Workspace): number =>
  trackRequests(workspace).filter(({ status }) => status === 429).length;

const complete = (finished: Finished, count: number): void => {
  expect(finished.invalidLines).toEqual([]);
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  expect(statesOf(finished)).toEqual([`1 ${count}+0`]);
};

test("two syncs share the limit of a workspace: both get on, and hardly a request is refused", async () => {
  const perWindow = 100;
  const each = 150;
  const workspace = worlds.braze.createWorkspace({
    limits: { trackRequestsPer3Seconds: perWindow },
    logRequests: 2000,
  });
  const limits = { requests_per_3_seconds: perWindow };
  const [first, second] = await Promise.all(
    ["a", "b"].map((prefix) =>
      run(
        "destination-braze",
        "write",
        optionsFor(worlds.braze, workspace, [...people(prefix, each), state("users", 1)], limits),
      ),
    ),
  );
  complete(first as Finished, each);
  complete(second as Finished, each);
  expect(workspace.users.count).toBe(2 * each);
  expect(refusedIn(workspace)).toBeLessThan(0.15 * 2 * each);

  const accepted = trackRequests(workspace).filter(({ status }) => status === 201);
  const windows = new Map<number, string[]>();
  for (const { at, body } of accepted) {
    const window = Math.floor(at / 3000);
    const prefix = JSON.stringify(body).includes('"a') ? "a" : "b";
    windows.set(window, [...(windows.get(window) ?? []), prefix]);
  }
  for (const sent of windows.values()) expect(sent.length).toBeLessThanOrEqual(perWindow);
});

test("a limit that shrinks in the middle is kept to, and used again when it has grown back", async () => {
  const workspace = worlds.braze.createWorkspace({
    limits: { trackRequestsPer3Seconds: 300 },
    logRequests: 3000,
  });
  const count = 600;
  const running = await start(
    "destination-braze",
    "write",
    optionsFor(worlds.braze, workspace, [...people("u", count), state("users", 1)], {
      requests_per_3_seconds: 300,
    }),
  );
  const sent = async (requests: number): Promise<void> => {
    while (workspace.accepted.attributes < requests) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await sent(150);
  workspace.rateLimits.change("track", 60);
  await sent(240);
  const refusedSoFar = refusedIn(workspace);
  workspace.rateLimits.change("track", 300);
  complete(await running.finished, count);
  expect(refusedSoFar).toBeLessThanOrEqual(2 * 32);
  expect(refusedIn(workspace)).toBe(refusedSoFar);
});

test("an hour that is used up is waited for, saying until when; that is no outage", async () => {
  const hourMs = 3_600_000;
  const startedAtMs = Date.now();
  // The hour of this Braze ends in thirty minutes, whatever the time is.
  const shiftMs = hourMs / 2 - (startedAtMs % hourMs);
  const other = await startBraze({ clock: () => Date.now() + shiftMs });
  try {
    const workspace = other.createWorkspace({ limits: { trackRequestsPerHour: 3, resetHeader: "seconds" } });
    const limits = { max_outage_minutes: 0 };
    const running = await start(
      "destination-braze",
      "write",
      optionsFor(other, workspace, silentAfter(...people("u", 20), state("users", 1)), limits),
    );
    const { log } = await running.until((message) => /^Waiting until/.test(message.log?.message ?? ""));
    const [, until = ""] = /^Waiting until (\S+): Braze/.exec(log?.message ?? "") ?? [];
    const waitMs = Date.parse(until) - startedAtMs;
    expect(waitMs).toBeGreaterThan(29 * 60_000);
    expect(waitMs).toBeLessThan(32 * 60_000);
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.logs().join("\n")).not.toContain("does not work");
    expect(workspace.accepted.attributes).toBe(3);
  } finally {
    await other.close();
  }
});

test.each([
  ["of nothing", { requests_per_3_seconds: 0 }, /"limits.requests_per_3_seconds" is 0/],
  ["of nothing in an hour", { requests_per_hour: 0 }, /"limits.requests_per_hour" is 0/],
  ["below nothing", { requests_per_3_seconds: -1 }, /"limits.requests_per_3_seconds" must be >= 0/],
  [
    "of half a request",
    { requests_per_3_seconds: 0.5 },
    /"limits.requests_per_3_seconds" must be an integer/,
  ],
  ["in words", { requests_per_hour: "many" }, /"limits.requests_per_hour" must be an integer/],
  ["of an outage before it begins", { max_outage_minutes: -1 }, /"limits.max_outage_minutes" must be >= 0/],
  ["of an outage in words", { max_outage_minutes: "long" }, /"limits.max_outage_minutes" must be a number/],
  [
    "of too many objects",
    { objects_per_request: 1000 },
    /"limits.objects_per_request" is 1000, but \/users\/track takes at most 75/,
  ],
])("a limit %s is a config_error", async (_, limits, message) => {
  const workspace = worlds.braze.createWorkspace();
  const options = optionsFor(worlds.braze, workspace, people("u", 1), limits);
  const finished = await run("destination-braze", "write", options);
  expect(finished.errors).toMatchObject([
    { failure_type: "config_error", message: expect.stringMatching(message) },
  ]);
  expect(workspace.requests).toEqual([]);
});

describe("the limits of a config", () => {
  it("are kept: no request more than the workspace allows", async () => {
    const each = worlds.world(
      { limits: { trackRequestsPer3Seconds: 30 } },
      { limits: { requests_per_3_seconds: 30, objects_per_request: 5 } },
    );
    const finished = await worlds.write(each, [...users(225), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 225+0"]);
    expect(each.workspace.stats.byStatus).toEqual({ 201: 45 });
  });

  it("are waited for when Braze says 429", async () => {
    const each = worlds.world(
      { limits: { trackRequestsPer3Seconds: 20 } },
      { limits: { objects_per_request: 5 } },
    );
    const finished = await worlds.write(each, [...users(150), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 150+0"]);
    expect(each.workspace.stats.byStatus[429]).toBeGreaterThan(0);
    expect(each.workspace.users.count).toBe(150);
  });

  it("hold for requests in flight", async () => {
    const each = worlds.world(
      { latencyMs: 20 },
      { limits: { concurrent_requests: 3, objects_per_request: 1 } },
    );
    await worlds.write(each, users(60));
    expect(each.workspace.stats.maxInFlight).toBe(3);
  });
});
