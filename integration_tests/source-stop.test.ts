/** SIGTERM while source-braze waits for somebody who does not answer: it ends in time, and in good order. */
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import { start } from "./harness";
import { type FaultProxy, type ProxyFault, startFaultProxy } from "./sandbox";
import { addSegment, brazeIds, catalogOf, expectClean, idsOfUsers, SourceWorld } from "./source-world";
import { Stranger } from "./stranger";

let world: SourceWorld;
let braze: FaultProxy;
let s3: FaultProxy;
let stranger: Stranger;
beforeAll(async () => {
  world = await SourceWorld.start();
  braze = await startFaultProxy(world.braze.url);
  s3 = await startFaultProxy(world.s3.endpoint);
  stranger = await Stranger.start();
});
afterAll(() => Promise.all([braze.close(), s3.close(), stranger.close(), world.close()]));
afterEach(async () => {
  braze.faults.clear();
  s3.faults.clear();
  expect(await world.leftovers()).toEqual([]);
});

/** What a host gives a connector. */
const mostMs = 10_000;
const delayMs = 3_600_000;
const always = Number.POSITIVE_INFINITY;

const streams = ["segment_users", "campaigns"];
const catalog: ConfiguredAirbyteCatalog = {
  streams: streams.map((name) => ({
    stream: { name, json_schema: {}, supported_sync_modes: ["full_refresh"] },
    sync_mode: "full_refresh",
    destination_sync_mode: "append",
  })),
};

test.each<[string, "braze" | "s3", ProxyFault]>([
  ["Braze does not answer a lookup", "braze", { kind: "delay", delayMs, path: "/segments/details" }],
  ["Braze does not answer the request for an export", "braze", { kind: "delay", delayMs, method: "POST" }],
  [
    "Braze stops in the middle of an answer",
    "braze",
    { kind: "stall", afterBytes: 5, path: "/segments/details" },
  ],
  ["S3 does not answer a listing", "s3", { kind: "delay", delayMs, path: /^\/exports\/?$/ }],
  ["S3 does not answer for a file", "s3", { kind: "delay", delayMs, path: /\.gz$/, skip: 1 }],
  ["S3 stops in the middle of a file", "s3", { kind: "stall", afterBytes: 100, path: /\.gz$/, skip: 1 }],
])("while %s", async (_, where, fault) => {
  const workspace = world.withStorage({ usersPerFile: 10 });
  const config = world.storageConfig(workspace, [addSegment(workspace, 30)], {
    url: braze.url,
    object_storage_config: world.storage({ s3_endpoint: s3.url }),
  });
  const struck = (where === "braze" ? braze : s3).add({ times: always, ...fault });
  const running = await start("source-braze", "read", { ...world.readOptions(config), catalog });
  while (struck.hits === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const stoppedAtMs = performance.now();
  running.process.kill("SIGTERM");
  const stopped = await running.finished;

  expect(performance.now() - stoppedAtMs).toBeLessThan(mostMs);
  expect(stopped.signal).toBe("SIGTERM");
  expectClean(stopped, config);
  expect(stopped.errors).toEqual([]);
  for (const name of streams) {
    expect([name, stopped.statuses(name).at(0), stopped.statuses(name).at(-1)]).toEqual([
      name,
      "STARTED",
      "INCOMPLETE",
    ]);
  }
  struck.remove();
  const next = await world.read(config, { state: stopped.stateFile });
  expect(next.errors).toEqual([]);
  const ids = [...brazeIds(stopped.records("segment_users")), ...brazeIds(next.records())];
  expect(ids.sort()).toEqual(idsOfUsers(0, 30));
});

test("while a download link does not answer", async () => {
  const workspace = world.withLink();
  const config = world.linkConfig(workspace, [addSegment(workspace, 5)]);
  stranger.answer = "silence";
  workspace.faults.add({
    kind: "status",
    status: 201,
    body: { message: "success", object_prefix: "uuid-1", url: `${stranger.url}/export.zip` },
    path: "/users/export/segment",
  });
  const running = await start("source-braze", "read", { ...world.readOptions(config), catalog: catalogOf() });
  while (stranger.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const stoppedAtMs = performance.now();
  running.process.kill("SIGTERM");
  const stopped = await running.finished;
  expect(performance.now() - stoppedAtMs).toBeLessThan(mostMs);
  expect(stopped.statuses("segment_users")).toEqual(["STARTED", "INCOMPLETE"]);
});

test("while Braze's rate limit is waited for", async () => {
  const workspace = world.withLink();
  const config = world.linkConfig(workspace, [addSegment(workspace, 5)]);
  workspace.faults.add({ kind: "rate_limited", retryAfterSeconds: 600, path: "/segments/details" });
  const running = await start("source-braze", "read", world.readOptions(config));
  await running.until(({ log }) => log?.message.startsWith("Waiting until") === true);
  running.process.kill("SIGTERM");
  const stopped = await running.finished;
  expect(stopped.signal).toBe("SIGTERM");
  expect(stopped.statuses("segment_users")).toEqual(["STARTED", "INCOMPLETE"]);
});
