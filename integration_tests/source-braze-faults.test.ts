/** source-braze when Braze fails, lies or leads elsewhere, from its executable's point of view. */
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import { zipOf } from "../source-braze/testing/zip";
import { type Finished, run } from "./harness";
import { type Fault, type FaultKind, seedContent, type Workspace } from "./sandbox";
import { addSegment, brazeIds, expectClean, exportsOf, idsOfUsers, SourceWorld } from "./source-world";
import { Stranger } from "./stranger";

let world: SourceWorld;
let stranger: Stranger;
beforeAll(async () => {
  world = await SourceWorld.start();
  stranger = await Stranger.start();
});
afterAll(() => Promise.all([world.close(), stranger.close()]));
afterEach(async () => expect(await world.leftovers()).toEqual([]));
beforeEach(() => stranger.forget());

const always = Number.POSITIVE_INFINITY;
const lists = ["campaigns", "canvases", "cards", "segments", "content_blocks", "email_templates"];
const pathOf: Record<string, string> = {
  campaigns: "/campaigns/list",
  canvases: "/canvas/list",
  cards: "/feed/list",
  segments: "/segments/list",
  content_blocks: "/content_blocks/list",
  email_templates: "/templates/email/list",
};

function seeded(count = 3): Workspace {
  const workspace = world.withLink();
  seedContent(workspace, count);
  workspace.createSegment({ id: "a-segment", name: "A segment" });
  return workspace;
}

function readStreams(workspace: Workspace, names: readonly string[]): Promise<Finished> {
  const catalog: ConfiguredAirbyteCatalog = {
    streams: names.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: ["full_refresh"] },
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
    })),
  };
  return run("source-braze", "read", { config: world.linkConfig(workspace, []), catalog });
}

const page503 = "<html><body><h1>503 Service Unavailable</h1></body></html>";
const passing: [string, FaultKind][] = [
  ["500", { kind: "status", status: 500 }],
  ["503 with a page for people", { kind: "status", status: 503, body: page503 }],
  ["half an answer, then a closed connection", { kind: "half_response" }],
  ["half of JSON that looks whole", { kind: "half_json" }],
  ["no answer", { kind: "drop_before" }],
  ["no answer, though it was processed", { kind: "drop_after" }],
];

describe("a passing fault costs time, not data:", () => {
  test("of lists, each another fault", async () => {
    const workspace = seeded();
    const faults = passing.map(([, fault], index) =>
      workspace.faults.add({ ...fault, path: pathOf[lists[index] ?? ""] }),
    );
    const finished = await readStreams(workspace, lists);
    expect(finished.errors).toEqual([]);
    expect(faults.map(({ hits }) => hits)).toEqual(passing.map(() => 1));
    expect(lists.map((name) => finished.records(name).length > 0)).toEqual(lists.map(() => true));
    expect(finished.logs("WARN").filter((line) => line.includes("trying again"))).toHaveLength(
      passing.length,
    );
  });

  test("429s, each with another header, or none", async () => {
    const workspace = seeded();
    const headers = [
      "x-ratelimit-retry-after",
      "retry-after",
      "retry-after-date",
      "x-ratelimit-reset",
      "x-ratelimit-reset-seconds",
      "none",
    ] as const;
    const faults = headers.map((header, index) =>
      workspace.faults.add({
        kind: "rate_limited",
        header,
        retryAfterSeconds: 1,
        path: pathOf[lists[index] ?? ""],
      }),
    );
    const finished = await readStreams(workspace, lists);
    expect(finished.errors).toEqual([]);
    expect(faults.map(({ hits }) => hits)).toEqual(headers.map(() => 1));
    for (const name of lists) expect(finished.statuses(name).at(-1)).toBe("COMPLETE");
  });

  test.each(passing)("of the request for an export: %s", async (_, fault) => {
    const workspace = world.withStorage({ delayMs: 200 });
    const config = world.storageConfig(workspace, [addSegment(workspace, 5)]);
    workspace.faults.add({ ...fault, path: "/users/export/segment" });
    const finished = await world.read(config);
    expect(finished.errors).toEqual([]);
    expect(brazeIds(finished.records()).sort()).toEqual(idsOfUsers(0, 5));
    // An export whose prefix nobody heard of is waited for (429), then there is another one.
    const wasProcessed = fault.kind.startsWith("half") || fault.kind === "drop_after";
    expect(exportsOf(workspace)).toBe(wasProcessed ? 2 : 1);
  });
});

test("a rate limit that stays exhausted is a transient_error, at once where Braze says how long", async () => {
  const workspace = seeded();
  workspace.faults.add({ kind: "rate_limited", retryAfterSeconds: 86_400, path: "/campaigns/list" });
  const finished = await readStreams(workspace, ["campaigns", "canvases"]);
  expect(finished.errors).toMatchObject([
    { failure_type: "transient_error", message: expect.stringContaining("rate limit for /campaigns/list") },
  ]);
  expect(finished.statuses("canvases").at(-1)).toBe("COMPLETE");
});

test("a key that is refused in the middle of a list ends that stream, named; the others are read", async () => {
  const workspace = seeded(250);
  workspace.faults.add({
    kind: "status",
    status: 401,
    body: { message: `Invalid API key: ${workspace.apiKey}` },
    path: "/campaigns/list",
    when: ({ query }) => query.get("page") === "2",
  });
  const finished = await readStreams(workspace, ["campaigns", "canvases"]);
  expectClean(finished, world.linkConfig(workspace, []));
  expect(finished.errors).toMatchObject([
    {
      failure_type: "config_error",
      message: expect.stringMatching(/API key for \/campaigns\/list .* has the permission campaigns\.list/),
      stream_descriptor: { name: "campaigns" },
    },
  ]);
  expect(finished.records("campaigns")).toHaveLength(200);
  expect(finished.statuses("campaigns")).toEqual(["STARTED", "RUNNING", "INCOMPLETE"]);
  expect(finished.states.filter(({ stream }) => stream?.stream_descriptor.name === "campaigns")).toEqual([]);
  expect(finished.records("canvases")).toHaveLength(250);
});

describe("pages that lead nowhere", () => {
  const answered = (events: string[], next: string): FaultKind => ({
    kind: "status",
    status: 200,
    body: { events: events.map((name) => ({ name })) },
    headers: { link: `<${next}>; rel="next"` },
  });
  const read = async (...faults: Fault[]): Promise<Finished> => {
    const workspace = seeded();
    for (const fault of faults) workspace.faults.add({ path: "/events", times: always, ...fault });
    const finished = await readStreams(workspace, ["custom_events"]);
    expectClean(finished, world.linkConfig(workspace, []));
    return finished;
  };
  const at = (cursor: string | null) => (request: { query: URLSearchParams }) =>
    request.query.get("cursor") === cursor;

  test.each<[string, Fault[]]>([
    ["the same cursor again", [answered(["a"], "/events?cursor=A")]],
    [
      "two cursors by turns",
      [
        { ...answered(["a"], "/events?cursor=A"), when: at(null) },
        { ...answered(["b"], "/events?cursor=B"), when: at("A") },
        { ...answered(["c"], "/events?cursor=A"), when: at("B") },
      ],
    ],
    [
      "the same page under another cursor",
      [
        { ...answered(["a"], "/events?cursor=A"), when: at(null) },
        { ...answered(["a"], "/events?cursor=B"), when: at("A") },
      ],
    ],
  ])("%s: a transient_error", async (_, faults) => {
    const finished = await read(...faults);
    expect(finished.errors).toMatchObject([
      { failure_type: "transient_error", message: expect.stringContaining("/events lead in a circle") },
    ]);
    expect(finished.statuses("custom_events").at(-1)).toBe("INCOMPLETE");
  });

  test("page numbers that are all answered alike: a transient_error", async () => {
    const workspace = world.withLink();
    seedContent(workspace, 100);
    workspace.faults.add({
      kind: "status",
      status: 200,
      body: { campaigns: Array.from({ length: 100 }, (_, index) => ({ id: `c${index}`, name: "x" })) },
      path: "/campaigns/list",
      times: always,
    });
    const finished = await readStreams(workspace, ["campaigns"]);
    expect(finished.errors).toMatchObject([{ failure_type: "transient_error" }]);
    expect(workspace.stats.byPath["/campaigns/list"]?.[200]).toBe(2);
  });

  test("a link without a cursor: a system_error, not the end of the list", async () => {
    const finished = await read(answered(["a"], "/events?page=2"));
    expect(finished.errors).toMatchObject([
      { failure_type: "system_error", message: expect.stringContaining("names no cursor") },
    ]);
  });

  test("a link to another host: its cursor is used, at Braze, and nobody else is asked", async () => {
    const finished = await read({
      ...answered(["from the first page"], `${stranger.url}/events?cursor=c2tpcDow`),
      times: 1,
    });
    expect(finished.errors).toEqual([]);
    expect(finished.records().length).toBeGreaterThan(1);
    expect(stranger.requests).toEqual([]);
  });
});

describe("a redirect to another host", () => {
  const redirect = (): FaultKind => ({
    kind: "status",
    status: 307,
    headers: { location: `${stranger.url}/elsewhere` },
  });

  test.each([
    ["of a list", "/campaigns/list", ["campaigns"]],
    ["of the request for an export", "/users/export/segment", ["segment_users"]],
  ])("%s is a config_error, and the key does not travel", async (_, path, names) => {
    const workspace = seeded();
    workspace.faults.add({ ...redirect(), path });
    const config = world.linkConfig(workspace, [addSegment(workspace, 5)]);
    const finished =
      names[0] === "segment_users" ? await world.read(config) : await readStreams(workspace, names);
    expect(finished.errors).toMatchObject([
      { failure_type: "config_error", message: expect.stringContaining(`redirects ${path} elsewhere`) },
    ]);
    expect(stranger.requests).toEqual([]);
  });

  test("of the download link is followed, without the key", async () => {
    const workspace = world.withLink();
    const config = world.linkConfig(workspace, [addSegment(workspace, 1)]);
    stranger.answer = await zipOf({ "a.json": '{"braze_id":"a"}' });
    workspace.faults.add({ ...redirect(), path: /^\/_downloads\// });
    const finished = await world.read(config);
    expectClean(finished, config);
    expect(brazeIds(finished.records())).toEqual(["a"]);
    expect(stranger.requests).toHaveLength(1);
    expect(stranger.requests[0]).not.toHaveProperty("authorization");
    expect(JSON.stringify(stranger.requests)).not.toContain(workspace.apiKey);
  });
});

describe("a download link", () => {
  const secret = "s3cr3t-signature-of-the-link";
  const link = (base: string) => `${base}/secret-folder/export.zip?X-Amz-Expires=1&X-Amz-Signature=${secret}`;

  async function readFrom(url: string): Promise<Finished> {
    const workspace = world.withLink();
    const config = world.linkConfig(workspace, [addSegment(workspace, 5)], {
      segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.1, timeout_minutes: 0.01 },
    });
    workspace.faults.add({
      kind: "status",
      status: 201,
      body: { message: "success", object_prefix: "uuid-1", url },
      path: "/users/export/segment",
    });
    const finished = await world.read(config);
    expectClean(finished, config);
    expect(finished.everything).not.toMatch(/s3cr3t|secret-folder/);
    expect(finished.statuses("segment_users").at(-1)).toBe("INCOMPLETE");
    return finished;
  }

  test.each([
    ["over http", "http://export.example.com"],
    ["to a file", "file:///etc"],
    ["over ftp", "ftp://export.example.com"],
  ])("%s is not followed, and not repeated", async (_, base) => {
    const finished = await readFrom(link(base));
    expect(finished.errors).toMatchObject([
      { failure_type: "system_error", message: expect.stringContaining("not an https address") },
    ]);
  });

  test.each([
    ["that nobody answers", "https://127.0.0.1:1", /ECONNREFUSED/],
    ["that answers 500", "", /status 500/],
  ])("%s is waited for until the timeout, and never shown", async (_, base, why) => {
    stranger.answer = 500;
    const finished = await readFrom(link(base || stranger.url));
    expect(finished.errors).toMatchObject([
      { failure_type: "transient_error", message: expect.stringMatching(why) },
    ]);
  });

  test("that answers with a page for people is a system_error", async () => {
    stranger.answer = Buffer.from("<html>Sign in</html>");
    const finished = await readFrom(link(stranger.url));
    expect(finished.errors).toMatchObject([
      { failure_type: "system_error", message: expect.stringContaining("neither gzip nor zip") },
    ]);
  });
});

test("a certificate that nobody vouches for is refused, whatever the config says", async () => {
  const impostor = await Stranger.start({ tls: true });
  try {
    const config = {
      url: impostor.url,
      api_key: "the-key",
      verify_tls: false,
      tls_verify: false,
      insecure: true,
      ssl_verify: false,
      rejectUnauthorized: false,
    };
    const finished = await run("source-braze", "check", {
      config,
      env: { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_NO_WARNINGS: "1" },
    });
    expect(finished.check.status).toBe("FAILED");
    expect(finished.check.message).toMatch(/can't be reached: its certificate is self-signed/);
    expect(impostor.requests).toEqual([]);

    const workspace = world.withStorage();
    const bucketBehind = world.storage({ s3_endpoint: impostor.url, verify_tls: false, use_ssl: false });
    const bucket = await run("source-braze", "check", {
      config: world.storageConfig(workspace, [addSegment(workspace, 1)], {
        object_storage_config: bucketBehind,
      }),
    });
    expect(bucket.check.message).toMatch(
      /can't be trusted: its certificate is self-signed. Check s3_endpoint/,
    );
    expect(impostor.requests).toEqual([]);
  } finally {
    await impostor.close();
  }
});
