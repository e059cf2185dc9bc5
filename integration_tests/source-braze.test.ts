/** source-braze reads segment_users, from its executable's point of view: every way that an export can go. */
import { wellFormedJson } from "@braze-connectors/shared/airbyte/well-formed";
import { ZipFile } from "yazl";
import { type Finished, run } from "./harness";
import { type ExportOptions, exportsInto, type Workspace } from "./sandbox";
import { addSegment, brazeIds, expectClean, exportsOf, idsOfUsers, SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());
afterEach(async () => expect(await world.leftovers()).toEqual([]));

/** Body of the last export request. */
const lastRequest = (workspace: Workspace): Record<string, unknown> =>
  workspace.requests.filter(({ path }) => path === "/users/export/segment").at(-1)?.body as Record<
    string,
    unknown
  >;

function expectComplete(finished: Finished, ids: unknown[]): void {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  expect(finished.statuses("segment_users")).toEqual(
    ids.length > 0 ? ["STARTED", "RUNNING", "COMPLETE"] : ["STARTED", "COMPLETE"],
  );
  expect(brazeIds(finished.records()).sort()).toEqual([...ids].sort());
  expect(finished.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: true });
  const counted = finished.states.reduce((sum, state) => sum + (state.sourceStats?.recordCount ?? 0), 0);
  expect(counted).toBe(ids.length);
}

/** Keeps the lines that an export writes. */
function recordLines(into: Map<string, string>): NonNullable<ExportOptions["transformLine"]> {
  return (line) => {
    into.set(JSON.parse(line).braze_id, line);
    return line;
  };
}

describe("an export through S3", () => {
  test("in gzip files: all that Braze exported of every user, with segment and time", async () => {
    const lines = new Map<string, string>();
    const workspace = world.withStorage({
      usersPerFile: 40,
      fileIntervalMs: 20,
      shuffle: true,
      transformLine: recordLines(lines),
    });
    const segment = addSegment(workspace, 150, 'The "VIPs" of Zürich');
    const config = world.storageConfig(workspace, [segment]);
    const startedAtMs = Date.now();
    const finished = await world.read(config);

    expectComplete(finished, idsOfUsers(0, 150));
    expectClean(finished, config);
    for (const { data } of finished.records()) {
      const { segment_id, segment_name, exported_at, ...user } = data;
      expect({ segment_id, segment_name }).toEqual({ segment_id: segment.id, segment_name: segment.name });
      expect(Date.parse(String(exported_at))).toBeGreaterThanOrEqual(startedAtMs);
      // Half a surrogate pair is all that does not travel as it came.
      expect(user).toEqual(JSON.parse(wellFormedJson(lines.get(String(user.braze_id)) ?? "")));
    }
    expect(lastRequest(workspace)).toMatchObject({ segment_id: segment.id, output_format: "gzip" });
    // One when the export was requested, one a file, one at the end of the segment, one at the end.
    expect(finished.states).toHaveLength(1 + 4 + 1 + 1);
    expect(finished.logs("INFO").join("\n")).toMatch(/is complete: 150 users in 4 files/);
  });

  test("in zip files", async () => {
    const zips = await Promise.all([
      zipOf({ "a.json": '{"braze_id":"1"}\n{"braze_id":"2"}\n', "b.json": '{"braze_id":"3"}\n' }),
      zipOf({ "c.json": '{"braze_id":"4"}' }),
    ]);
    const workspace = world.withStorage({
      usersPerFile: 1,
      transformFile: (_, index) => zips[index] ?? null,
    });
    const finished = await world.read(world.storageConfig(workspace, [addSegment(workspace, 2)]));
    expectComplete(finished, ["1", "2", "3", "4"]);
  });

  test.each([
    ["around midnight", [-1, 0, 1].map(dayFromNow), 0.5],
    ["on a day that nobody expects", ["2001-01-01"], 0.03],
  ])("that finishes %s", async (_, days, timeout_minutes) => {
    const workspace = world.withStorage({
      usersPerFile: 10,
      finishedDay: (index) => days[index % days.length] ?? "",
    });
    const config = world.storageConfig(workspace, [addSegment(workspace, 30)]);
    const finished = await world.read({
      ...config,
      segment_export: { ...config.segment_export, timeout_minutes },
    });
    expectComplete(finished, idsOfUsers(0, 30));
  });

  test("into the root of the bucket", async () => {
    const workspace = world.withStorage({}, { storage: exportsInto(world.s3, "exports") });
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)], {
      object_storage_config: world.storage({ bucket_path: undefined }),
    });
    expectComplete(await world.read(config), idsOfUsers(0, 5));
  });

  test("that breaks off in the middle of a file is downloaded again", async () => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 200)]);
    const fault = world.s3.faults.add({ kind: "cut", action: "GetObject", afterBytes: 100 });
    const finished = await world.read(config);
    expect(fault.hits).toBe(1);
    expectComplete(finished, idsOfUsers(0, 200));
  });
});

describe("an export through Braze's download link", () => {
  test("in one zip with several members", async () => {
    const workspace = world.withLink({ usersPerFile: 40, delayMs: 200 });
    const config = world.linkConfig(workspace, [addSegment(workspace, 100)]);
    const finished = await world.read(config);
    expectComplete(finished, idsOfUsers(0, 100));
    expectClean(finished, config);
    expect(lastRequest(workspace)).toMatchObject({ output_format: "zip" });
  });

  test("whose link answers 403 until it is ready, and breaks off once", async () => {
    const workspace = world.withLink({ linkNotReadyStatus: 403, delayMs: 200 });
    workspace.faults.add({
      kind: "half_response",
      path: /^\/_downloads\//,
      skip: 0,
      when: () => exportIsReady(workspace),
    });
    const finished = await world.read(world.linkConfig(workspace, [addSegment(workspace, 300)]));
    expectComplete(finished, idsOfUsers(0, 300));
    expect(finished.logs("WARN").join("\n")).toMatch(/broke off/);
  });
});

describe("storage that does not fit the config", () => {
  test("a link is expected, but the workspace delivers to its storage: config_error", async () => {
    const workspace = world.withStorage();
    const finished = await world.read(world.linkConfig(workspace, [addSegment(workspace, 5)]));
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toEqual([
      expect.objectContaining({
        failure_type: "config_error",
        message: expect.stringMatching(/delivers exports to cloud storage. Set "object_storage_config"/),
      }),
    ]);
    expect(finished.statuses("segment_users")).toEqual(["STARTED", "INCOMPLETE"]);
  });

  test("a bucket is configured, but Braze sends a link: the link is read, with a warning", async () => {
    const workspace = world.withLink();
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    const finished = await world.read(config);
    expectComplete(finished, idsOfUsers(0, 5));
    expectClean(finished, config);
    expect(finished.logs("WARN").join("\n")).toMatch(/no cloud storage connected/);
  });
});

describe("an empty segment", () => {
  test.each([
    ["through S3", () => world.withStorage(), "storageConfig"],
    ["through a link", () => world.withLink(), "linkConfig"],
  ] as const)("%s ends without records", async (_, makeWorkspace, makeConfig) => {
    const workspace = makeWorkspace();
    const config = world[makeConfig](workspace, [addSegment(workspace, 0)]);
    const finished = await world.read({
      ...config,
      segment_export: { ...config.segment_export, settle_seconds: 0.03 },
    });
    expectComplete(finished, []);
  });

  test("can't be told from a slow export without segments.data_series", async () => {
    const permissions = ["users.export.segment", "segments.details"];
    const workspace = world.withStorage({}, { permissions });
    const config = world.storageConfig(workspace, [addSegment(workspace, 0)], {
      segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.03, timeout_minutes: 0.015 },
    });
    const finished = await world.read(config);
    expect(finished.errors[0]?.failure_type).toBe("transient_error");
    expect(finished.logs("WARN").filter((line) => line.includes("segments.data_series"))).toHaveLength(1);
  });
});

describe("waiting", () => {
  test("for another export of the segment, then exporting", async () => {
    const workspace = world.withStorage({ delayMs: 3000 });
    const segment = addSegment(workspace, 5);
    const other = await fetch(`${world.braze.url}/users/export/segment`, {
      method: "POST",
      headers: { authorization: `Bearer ${workspace.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ segment_id: segment.id, fields_to_export: ["braze_id"] }),
    });
    expect(other.ok).toBe(true);
    const finished = await world.read(world.storageConfig(workspace, [segment]));
    expectComplete(finished, idsOfUsers(0, 5));
    expect(exportsOf(workspace)).toBe(2);
    expect(finished.logs("INFO").filter((line) => line.includes("for now (429"))).toHaveLength(1);
  });

  test("for an export that never ends fails, naming segment and place; the next sync exports anew", async () => {
    const exports: ExportOptions = { delayMs: 60_000 };
    const workspace = world.withStorage(exports);
    const segment = addSegment(workspace, 5);
    const config = world.storageConfig(workspace, [segment], {
      segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.1, timeout_minutes: 0.01 },
    });
    const finished = await world.read(config);
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toHaveLength(1);
    const [error] = finished.errors;
    expect(error?.failure_type).toBe("transient_error");
    expect(error?.message).toContain(`segment "VIPs" (${segment.id})`);
    expect(error?.message).toContain(`s3://exports/braze/root/segment-export/${segment.id}/`);
    expect(finished.states.at(-1)?.stream?.stream_state).toMatchObject({ complete: false, segments: {} });
  });
});

test("an export that keeps writing beyond the timeout fails, and the next sync goes on with it", async () => {
  const exports: ExportOptions = { usersPerFile: 1, fileIntervalMs: 60 };
  const workspace = world.withStorage(exports);
  const config = world.storageConfig(workspace, [addSegment(workspace, 60)]);
  const hasty = { poll_interval_seconds: 0.05, settle_seconds: 1, timeout_minutes: 0.02 };
  const finished = await world.read({ ...config, segment_export: hasty });
  expect(finished.errors).toMatchObject([
    {
      failure_type: "transient_error",
      message: expect.stringMatching(/did not finish .* files so far at s3:.*goes on with it/),
    },
  ]);
  expect(finished.records().length).toBeGreaterThan(0);
  await workspace.exports[0]?.finished;
  const next = await world.read(config, { state: finished.stateFile });
  const ids = [...brazeIds(finished.records()), ...brazeIds(next.records())];
  expect(ids.sort()).toEqual(idsOfUsers(0, 60));
  expect(exportsOf(workspace)).toBe(1);
});

describe("what is exported", () => {
  test("is what is selected, and what identifies a user", async () => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 30)]);
    const finished = await world.read(config, { columns: ["exported_at", "email", "email_opted_in_at"] });
    expectComplete(finished, idsOfUsers(0, 30));
    expect(lastRequest(workspace)).toMatchObject({
      fields_to_export: ["braze_id", "email", "email_subscribe"],
    });
    const columns = new Set(finished.records().flatMap(({ data }) => Object.keys(data)));
    expect([...columns].sort()).toEqual([
      "braze_id",
      "email",
      "email_opted_in_at",
      "exported_at",
      "segment_id",
    ]);
  });

  test("are the custom attributes of the config", async () => {
    const workspace = world.withStorage();
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    const segment_export = { ...config.segment_export, fields: ["email"], custom_attributes: ["plan"] };
    const finished = await world.read({ ...config, segment_export });
    expect(lastRequest(workspace)).toMatchObject({
      fields_to_export: ["braze_id", "email"],
      custom_attributes_to_export: ["plan"],
    });
    expect(finished.records()[0]?.data.custom_attributes).toEqual({ plan: "free" });
  });

  test("keeps numbers that JavaScript can't hold", async () => {
    const big = '"custom_attributes":{"id":12345678901234567890,"price":1.10}';
    const workspace = world.withStorage({ transformLine: () => `{"braze_id":"1",${big},"unasked":1}` });
    const finished = await world.read(world.storageConfig(workspace, [addSegment(workspace, 1)]));
    expect(finished.stdout).toContain(big);
    expect(finished.stdout).not.toContain("unasked");
  });

  test("are several segments, one after the other, with one estimate", async () => {
    const workspace = world.withStorage();
    const segments = [addSegment(workspace, 20, "First"), addSegment(workspace, 10, "Second", 20)];
    const finished = await world.read(world.storageConfig(workspace, segments));
    expectComplete(finished, idsOfUsers(0, 30));
    expect(finished.records().map(({ data }) => data.segment_name)).toEqual([
      ...Array(20).fill("First"),
      ...Array(10).fill("Second"),
    ]);
    const estimates = finished.messages.flatMap(({ trace }) =>
      trace?.estimate ? [trace.estimate.row_estimate] : [],
    );
    expect(estimates).toEqual([30]);
  });
});

test("an export that Braze refuses fails the stream at its end: the other segments are read", async () => {
  const workspace = world.withStorage();
  const segments = ["Gone", "Kept", "Also kept"].map((name, index) =>
    addSegment(workspace, 2, name, 10 * index),
  );
  const config = world.storageConfig(workspace, segments);
  const refusal = { kind: "status", status: 404, body: { message: "Invalid segment_id" } } as const;
  const fault = workspace.faults.add({ ...refusal, path: "/users/export/segment" });
  const first = await world.read(config);
  expect(fault.hits).toBe(1);
  expect(first.exitCode).toBe(1);
  expect(first.errors).toEqual([expect.objectContaining({ failure_type: "config_error" })]);
  expect(first.errors[0]?.message).toMatch(/^Braze does not export segment "Gone"/);
  expect(brazeIds(first.records("segment_users"))).toEqual([...idsOfUsers(10, 12), ...idsOfUsers(20, 22)]);
  expectClean(first, config);

  const second = await world.read(config, { state: first.states });
  expect(second.errors).toEqual([]);
  expect(brazeIds(second.records("segment_users"))).toEqual(idsOfUsers(0, 2));
  expect(exportsOf(workspace)).toBe(3);
});

describe("a damaged export", () => {
  test("with a line that is not JSON: what was good, then an error with file and line", async () => {
    const workspace = world.withStorage({
      usersPerFile: 10,
      fileIntervalMs: 100,
      transformLine: (line, index) => (index === 14 ? line.slice(0, 20) : line),
    });
    const finished = await world.read(world.storageConfig(workspace, [addSegment(workspace, 30)]));
    expect(finished.exitCode).toBe(1);
    expect(finished.errors).toHaveLength(1);
    expect(finished.errors[0]).toMatchObject({ failure_type: "system_error" });
    expect(finished.errors[0]?.message).toMatch(
      /line 5 of s3:\/\/exports\/.*\.gz can't be read: it is not JSON/,
    );
    expect(finished.statuses("segment_users")).toEqual(["STARTED", "RUNNING", "INCOMPLETE"]);
    const ids = brazeIds(finished.records());
    expect(ids).toEqual(expect.arrayContaining(idsOfUsers(10, 14)));
    expect(ids).not.toEqual(expect.arrayContaining(idsOfUsers(14, 15)));
    const messages = finished.messages.map(({ type, trace }) => trace?.type ?? type);
    expect(messages.lastIndexOf("STATE")).toBeLessThan(messages.indexOf("ERROR"));
  });

  test("with a truncated gzip file", async () => {
    const workspace = world.withStorage({ transformFile: (file) => file.subarray(0, file.length / 2) });
    const finished = await world.read(world.storageConfig(workspace, [addSegment(workspace, 2000)]));
    expect(finished.errors[0]).toMatchObject({ failure_type: "system_error" });
    expect(finished.errors[0]?.message).toMatch(/\.gz can't be read beyond line \d+: the file is truncated/);
    const { length } = finished.records();
    expect(brazeIds(finished.records())).toEqual(idsOfUsers(0, length));
    expect(length).toBeGreaterThan(500);
  });

  test("with a zip that is not whole, through a link", async () => {
    const workspace = world.withLink({ transformFile: (file) => file.subarray(0, file.length - 50) });
    const finished = await world.read(world.linkConfig(workspace, [addSegment(workspace, 20)]));
    expect(finished.errors[0]).toMatchObject({ failure_type: "system_error" });
    expect(finished.errors[0]?.message).toMatch(/zip data are corrupt/);
  });
});

test("a temporary folder that can't be written is a config_error", async () => {
  const workspace = world.withStorage();
  const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
  const finished = await run("source-braze", "read", {
    ...world.readOptions(config),
    env: { TMPDIR: "/nowhere" },
  });
  expect(finished.errors[0]).toMatchObject({ failure_type: "config_error" });
  expect(finished.errors[0]?.message).toContain("/nowhere");
});

const exportIsReady = (workspace: Workspace): boolean => workspace.exports.at(-1)?.status === "complete";

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

async function zipOf(members: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
