import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { type Finished, type Running, type RunOptions, run, start } from "./harness";
import {
  type JsonObject,
  plainUser,
  type SandboxBraze,
  type SandboxS3,
  startBraze,
  startS3,
  type Workspace,
  type WorkspaceOptions,
} from "./sandbox";

let braze: SandboxBraze;
let s3: SandboxS3;
let directory: string;

beforeAll(async () => {
  braze = await startBraze();
  s3 = await startS3();
  await s3.createBucket("braze-sync");
  directory = await mkdtemp(join(tmpdir(), "destination-braze-"));
});

afterAll(async () => {
  await Promise.all([braze.close(), s3.close(), rm(directory, { recursive: true, force: true })]);
});

/** Every run is checked for what no run may do. */
const runs: Finished[] = [];
afterEach(() => {
  for (const finished of runs.splice(0)) {
    expect(finished.invalidLines).toEqual([]);
    expect(finished.stderr).toBe("");
    for (const { apiKey } of braze.workspaces) expect(finished.everything).not.toContain(apiKey);
    expect(finished.everything).not.toContain(s3.secretAccessKey);
  }
  for (const { overlaps } of braze.workspaces) expect(overlaps).toEqual([]);
});

interface World {
  workspace: Workspace;
  config: JsonObject;
  /** Where rejected records and the report go. */
  folder: string;
}

let worlds = 0;

/** A workspace and a config that writes to it, keeping its files in a folder of its own. */
function world(options: WorkspaceOptions = {}, config: JsonObject = {}): World {
  const workspace = braze.createWorkspace(options);
  worlds += 1;
  const folder = join(directory, String(worlds));
  return {
    workspace,
    folder,
    config: {
      url: braze.url,
      api_key: workspace.apiKey,
      object_storage_config: { storage_type: "Local", directory: folder },
      ...config,
    },
  };
}

const catalogOf = (...streams: (string | [name: string, ...columns: string[]])[]) => ({
  streams: streams.map((stream) => {
    const [name, ...columns] = [stream].flat();
    return {
      stream: {
        name,
        json_schema: { type: "object", properties: Object.fromEntries(columns.map((each) => [each, {}])) },
        supported_sync_modes: ["full_refresh"],
      },
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
      sync_id: 42,
      generation_id: 1,
      minimum_generation_id: 0,
    };
  }),
});

const allStreams = catalogOf("users", "events", "purchases");

const line = (message: object): string => `${JSON.stringify(message)}\n`;
const record = (stream: string, data: object): string =>
  line({ type: "RECORD", record: { stream, data, emitted_at: 1 } });
const state = (stream: string, position: number): string =>
  line({
    type: "STATE",
    state: { type: "STREAM", stream: { stream_descriptor: { name: stream }, stream_state: { position } } },
  });

/** Some lines, and then nothing more while stdin stays open. */
async function* silentAfter(...lines: string[]): AsyncGenerator<string> {
  yield lines.join("");
  await new Promise(() => undefined);
}

async function write(
  { config }: World,
  input: RunOptions["input"],
  catalog: object = allStreams,
): Promise<Finished> {
  const finished = await run("destination-braze", "write", { config, catalog, input });
  runs.push(finished);
  return finished;
}

async function startWrite(
  { config }: World,
  input: RunOptions["input"],
  catalog: object = allStreams,
): Promise<Running> {
  const running = await start("destination-braze", "write", { config, catalog, input });
  void running.finished.then((finished) => runs.push(finished));
  return running;
}

async function check(config: object | string): Promise<Finished> {
  const finished = await run("destination-braze", "check", { config });
  runs.push(finished);
  expect(finished.exitCode).toBe(0);
  return finished;
}

/** What the states that came back report, as `position accepted+rejected`. */
const statesOf = ({ states }: Finished): string[] =>
  states.map(({ stream, destinationStats }) => {
    const { position } = (stream?.stream_state ?? {}) as { position?: number };
    return `${position} ${destinationStats?.recordCount}+${destinationStats?.rejectedRecordCount}`;
  });

interface RejectedLine {
  stream: string;
  record: JsonObject;
  reasons: { code: string; message: string }[];
}

const linesOf = (gzipped: Uint8Array): RejectedLine[] =>
  gunzipSync(gzipped)
    .toString()
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => JSON.parse(text));

/** The rejected records of a stream in a world's folder. */
async function rejectedIn({ folder }: World, stream: string): Promise<RejectedLine[]> {
  const path = join(folder, "42", "rejected", stream);
  const names = (await readdir(path)).sort();
  expect(names.every((name) => name.endsWith(".jsonl.gz"))).toBe(true);
  return (await Promise.all(names.map((name) => readFile(join(path, name))))).flatMap(linesOf);
}

const reportIn = async ({ folder }: World): Promise<JsonObject> =>
  JSON.parse(await readFile(join(folder, "42", "report.json"), "utf8"));

const trackRequests = ({ requests }: Workspace) => requests.filter(({ path }) => path === "/users/track");

/** Number of objects in each array of each request. */
const sizes = (workspace: Workspace): number[][] =>
  trackRequests(workspace).map(({ body }) =>
    Object.values(body as JsonObject).map((objects) => (objects as unknown[]).length),
  );

const users = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => record("users", { external_id: `u${index}`, number: index }));

const errorOf = ({ errors }: Finished) =>
  errors.map(({ failure_type, message }) => `${failure_type}: ${message}`);

describe("write", () => {
  it("delivers users, events and purchases, and gives states back with counts", async () => {
    const each = world();
    const time = "2026-01-02T03:04:05Z";
    const finished = await write(each, [
      state("users", 0),
      record("users", {
        external_id: "1",
        email: "one@example.com",
        points: 7,
        tags: ["a"],
        nested: { x: 1 },
      }),
      record("events", { external_id: "1", name: "seen", time, properties: { colour: "red" } }),
      state("events", 1),
      record("purchases", {
        email: "one@example.com",
        product_id: "p",
        currency: "EUR",
        price: 2.5,
        quantity: 2,
        time,
      }),
      state("users", 2),
      state("purchases", 3),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["0 0+0", "1 1+0", "2 1+0", "3 1+0"]);
    const user = each.workspace.users.byExternalId("1");
    expect(user).toMatchObject({
      email: "one@example.com",
      custom_attributes: { points: 7, tags: ["a"], nested: { x: 1 } },
    });
    expect(each.workspace.events).toMatchObject([
      { name: "seen", time: "2026-01-02T03:04:05.000Z", properties: { colour: "red" } },
    ]);
    expect(each.workspace.purchases).toMatchObject([{ product_id: "p", price: 2.5, quantity: 2 }]);
    expect(await reportIn(each)).toMatchObject({ status: "complete", received: 3, accepted: 3, rejected: 0 });
  });

  it("takes what segment_users exports as it is", async () => {
    const each = world();
    const columns = ["segment_id", "exported_at", "braze_id", "devices", "custom_attributes", "email"];
    const data = {
      ...plainUser(7),
      segment_id: "s",
      segment_name: "S",
      exported_at: "2026-01-01",
      devices: [],
    };
    const finished = await write(
      each,
      [record("segment_users", data)],
      catalogOf(["segment_users", ...columns]),
    );
    expect(finished.exitCode).toBe(0);
    const user = each.workspace.users.byExternalId("user-7");
    expect(user?.custom_attributes).toEqual(plainUser(7).custom_attributes);
    expect(user?.first_name).toBe(plainUser(7).first_name);
    expect(finished.logs("INFO").find((text) => text.includes("left out"))).toMatch(
      /segment_id, exported_at, devices\.$/,
    );
  });

  it("fills requests with 75 objects", async () => {
    const each = world();
    const finished = await write(each, [...users(400), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 400+0"]);
    expect(sizes(each.workspace)).toEqual([[75], [75], [75], [75], [75], [25]]);
    expect(each.workspace.users.count).toBe(400);
    expect(trackRequests(each.workspace)[0]?.headers["x-braze-bulk"]).toBe("true");
  });

  it("fills each array where the workspace counts by array", async () => {
    const each = world(
      { limits: { trackCount: "per_array", trackObjects: 50 } },
      { limits: { count_objects: "per_array", objects_per_request: 50 } },
    );
    const time = "2026-01-02T03:04:05Z";
    const input = Array.from({ length: 100 }, (_, index) => [
      record("users", { external_id: `u${index}`, number: index }),
      record("events", { external_id: `e${index}`, name: "seen", time }),
      record("purchases", { external_id: `p${index}`, product_id: "p", currency: "EUR", price: 1, time }),
    ]).flat();
    expect((await write(each, input)).exitCode).toBe(0);
    expect(each.workspace.accepted).toEqual({ attributes: 100, events: 100, purchases: 100 });
    expect(each.workspace.stats.byStatus[400]).toBeUndefined();
    expect(sizes(each.workspace).length).toBeLessThanOrEqual(4);
  });

  it("keeps the order of each user's updates, merging those that wait, and never overlaps requests", async () => {
    const each = world({ latencyMs: () => Math.random() * 20 }, { limits: { objects_per_request: 3 } });
    const input = Array.from({ length: 600 }, (_, index) => {
      const external_id = `u${index % 7}`;
      if (index % 5 === 0) {
        return record("events", {
          external_id,
          name: `e${index}`,
          time: new Date(index * 1000).toISOString(),
        });
      }
      return record("users", { external_id, last: index, count: { inc: 1 }, list: { add: [`${index}`] } });
    });
    const start = Array.from({ length: 7 }, (_, index) =>
      record("users", { external_id: `u${index}`, count: 0, list: [] }),
    );
    expect((await write(each, [...start, ...input])).exitCode).toBe(0);
    for (let number = 0; number < 7; number++) {
      const own = Array.from({ length: 600 }, (_, index) => index).filter((index) => index % 7 === number);
      const updates = own.filter((index) => index % 5 !== 0);
      const user = each.workspace.users.byExternalId(`u${number}`);
      if (!user) throw new Error(`u${number} is missing`);
      expect(user.custom_attributes).toMatchObject({
        last: updates.at(-1),
        count: updates.length,
        list: updates.map(String),
      });
      expect(each.workspace.eventsOf(user).map(({ name }) => name)).toEqual(
        own.filter((index) => index % 5 === 0).map((index) => `e${index}`),
      );
    }
    expect(each.workspace.accepted.attributes).toBeLessThan(200);
  });

  it("creates no users when told so, and alias-only users when not", async () => {
    const alias = { alias_name: "d1", alias_label: "device" };
    const careful = world({}, { create_users: false });
    careful.workspace.users.seed([{ external_id: "known" }]);
    const input = [
      record("users", { external_id: "known", a: 1 }),
      record("users", { external_id: "new", a: 1 }),
      record("users", { user_alias: alias, a: 1 }),
    ];
    expect((await write(careful, input)).exitCode).toBe(0);
    expect(careful.workspace.users.count).toBe(1);
    expect(careful.workspace.users.byExternalId("known")?.custom_attributes).toEqual({ a: 1 });

    const open = world();
    expect((await write(open, input)).exitCode).toBe(0);
    expect(open.workspace.users.count).toBe(3);
    expect(open.workspace.users.byAlias(alias)?.custom_attributes).toEqual({ a: 1 });
  });

  it("ignores nulls, or clears attributes with them", async () => {
    const seed = { external_id: "1", first_name: "Jane", custom_attributes: { a: 1, b: 2 } };
    const input = [record("users", { external_id: "1", first_name: null, a: null, c: { d: null, e: 1 } })];
    const ignoring = world();
    ignoring.workspace.users.seed([seed]);
    await write(ignoring, input);
    expect(ignoring.workspace.users.byExternalId("1")).toMatchObject({
      first_name: "Jane",
      custom_attributes: { a: 1, b: 2, c: { e: 1 } },
    });
    const clearing = world({}, { null_values: "clear" });
    clearing.workspace.users.seed([seed]);
    await write(clearing, input);
    expect(clearing.workspace.users.byExternalId("1")?.first_name).toBeUndefined();
    expect(clearing.workspace.users.byExternalId("1")?.custom_attributes).toEqual({ b: 2, c: { e: 1 } });
    expect(clearing.workspace.dropped).toEqual([]);
  });

  it("gives back states of every kind as they came, also without records", async () => {
    const global =
      '{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[],"shared_state":{"id":12345678901234567890}}}}';
    const legacy = '{"type":"STATE","state":{"data":{"users":{"cursor":"é}"}}}}';
    const finished = await write(world(), [`${global}\n`, ...users(2), `${global}\n`, `${legacy}\n`]);
    expect(finished.exitCode).toBe(0);
    const counts = (count: number) =>
      `,"destinationStats":{"recordCount":${count}.0,"rejectedRecordCount":0.0}}}`;
    const echoed = finished.stdout.split("\n").filter((text) => text.includes('"STATE"'));
    expect(echoed).toEqual([
      global.slice(0, -2) + counts(0),
      global.slice(0, -2) + counts(2),
      legacy.slice(0, -2) + counts(0),
    ]);
  });

  it("does nothing, successfully, with no input", async () => {
    const each = world();
    const finished = await write(each, []);
    expect(finished.exitCode).toBe(0);
    expect(trackRequests(each.workspace)).toEqual([]);
    expect(await reportIn(each)).toMatchObject({ status: "complete", received: 0 });
  });

  it("sends a partial batch when the input is quiet, and passes on what the source says", async () => {
    const each = world();
    const log = line({
      type: "LOG",
      log: { level: "INFO", message: `from the source: ${each.config.api_key}` },
    });
    const running = await startWrite(each, silentAfter(log, ...users(3), state("users", 1)));
    await running.until(({ state }) => state !== undefined);
    expect(each.workspace.users.count).toBe(3);
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.logs()).toContain("from the source: ****");
  });
});

describe("records that can't be delivered", () => {
  it("are kept with reasons, in a file a stream, and counted", async () => {
    const each = world();
    const finished = await write(each, [
      record("users", { external_id: "1", a: 1 }),
      record("users", { name: "nobody" }),
      record("users", { external_id: "2", gender: "unknown", first_name: 7 }),
      record("events", { external_id: "1", name: "seen" }),
      record("strangers", { id: 1 }),
      state("users", 1),
      state("events", 2),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 1+2", "2 0+1"]);
    expect(await rejectedIn(each, "users")).toMatchObject([
      { stream: "users", record: { name: "nobody" }, reasons: [{ code: "missing_identifier" }], attempt: 0 },
      { record: { external_id: "2" }, reasons: [{ code: "invalid_value" }, { code: "invalid_value" }] },
    ]);
    expect(await rejectedIn(each, "events")).toMatchObject([{ reasons: [{ message: "time is missing." }] }]);
    expect(await rejectedIn(each, "strangers")).toMatchObject([
      { reasons: [{ code: "stream_not_in_catalog" }] },
    ]);
    expect(finished.logs("WARN").join("\n")).toMatch(/strangers.*not in the catalog/);
    expect(finished.logs("WARN")).toContain(
      `4 records were rejected; they are in ${each.folder}/42/rejected/`,
    );
    expect(await reportIn(each)).toMatchObject({ received: 5, accepted: 1, rejected: 4 });
  });

  it("are kept in S3, below the path", async () => {
    const each = world({}, { object_storage_config: s3Config({ bucket_path: "/some/path/" }) });
    const finished = await write(each, [record("users", { name: "nobody" }), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 0+1"]);
    const client = s3.client();
    const listed = await client.send(
      new ListObjectsV2Command({ Bucket: "braze-sync", Prefix: "some/path/42/" }),
    );
    const keys = (listed.Contents ?? []).map(({ Key }) => Key ?? "");
    expect(keys).toEqual([
      expect.stringMatching(/^some\/path\/42\/rejected\/users\/[^/]+\.jsonl\.gz$/),
      "some/path/42/report.html",
      "some/path/42/report.json",
    ]);
    const page = await client.send(new HeadObjectCommand({ Bucket: "braze-sync", Key: keys[1] }));
    expect(page.ContentType).toBe("text/html; charset=utf-8");
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "braze-sync", Key: keys[0] }));
    expect(linesOf((await Body?.transformToByteArray()) ?? new Uint8Array())).toMatchObject([
      { record: { name: "nobody" }, reasons: [{ code: "missing_identifier" }] },
    ]);
  });

  it("go to the log, the first hundred of them, without storage", async () => {
    const each = world({}, { object_storage_config: { storage_type: "None" } });
    const nobodies = Array.from({ length: 150 }, (_, index) => record("users", { name: `nobody ${index}` }));
    const finished = await write(each, [...nobodies, state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 0+150"]);
    const logged = finished.logs("WARN").filter((text) => text.startsWith("Rejected a record"));
    expect(logged).toHaveLength(100);
    expect(logged[7]).toMatch(/no external_id.*"nobody 7"/);
  });

  it("are exactly those that Braze names", async () => {
    const each = world();
    each.workspace.faults.rejectObject(({ number }) =>
      Number(number) % 10 === 3 ? "three is refused" : null,
    );
    const finished = await write(each, [...users(200), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 180+20"]);
    const rejected = await rejectedIn(each, "users");
    expect(rejected.map(({ record: { number } }) => number).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, index) => index * 10 + 3),
    );
    expect(rejected[0]?.reasons).toEqual([{ code: "refused_by_braze", message: "three is refused" }]);
    expect(trackRequests(each.workspace)).toHaveLength(3);
    expect(each.workspace.users.count).toBe(180);
  });

  const holds = (body: JsonObject | undefined, id: string): boolean =>
    JSON.stringify(body).includes(`"${id}"`);

  test.each([
    ["400 with a message alone", 400, { message: "something is wrong" }],
    ["400 with texts", 400, { message: "no", errors: ["something is wrong"] }],
    ["413", 413, { message: "Request Entity Too Large" }],
  ])("are found by halving when Braze refuses a whole request: %s", async (_, status, body) => {
    const each = world();
    each.workspace.faults.add({
      kind: "status",
      status,
      body,
      times: Infinity,
      when: (request) => holds(request.body, "u50"),
    });
    const finished = await write(each, [...users(75), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 74+1"]);
    expect((await rejectedIn(each, "users")).map(({ record: { external_id } }) => external_id)).toEqual([
      "u50",
    ]);
    expect(each.workspace.users.count).toBe(74);
    expect(each.workspace.accepted.attributes).toBe(74);
    expect(trackRequests(each.workspace).length).toBeLessThanOrEqual(1 + 2 * 7);
  });

  it("are found by sending one by one when Braze does not say which", async () => {
    const each = world();
    each.workspace.faults.add({
      kind: "error_without_index",
      times: Infinity,
      when: ({ body }) => holds(body, "u5"),
      reject: ({ external_id }) => external_id === "u5",
      reason: "one of them is bad",
    });
    const finished = await write(each, [...users(10), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 9+1"]);
    expect(await rejectedIn(each, "users")).toMatchObject([
      { record: { external_id: "u5" }, reasons: [{ message: "one of them is bad" }] },
    ]);
  });

  it("are only the guilty ones of several merged updates", async () => {
    const each = world();
    each.workspace.faults.rejectObject((object) => ("bad" in object ? "bad is refused" : null));
    const updates = Array.from({ length: 40 }, (_, index) =>
      record("users", { external_id: "1", [index === 21 ? "bad" : `a${index}`]: index, last: index }),
    );
    const finished = await write(each, [...updates, state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 39+1"]);
    expect(await rejectedIn(each, "users")).toMatchObject([{ record: { bad: 21 } }]);
    const attributes = each.workspace.users.byExternalId("1")?.custom_attributes ?? {};
    expect(Object.keys(attributes)).toHaveLength(40);
    expect(attributes.last).toBe(39);
    expect(trackRequests(each.workspace).length).toBeLessThan(15);
  });

  it("are those larger than a request; others never make one too large", async () => {
    const each = world();
    const sized = (id: string, megabytes: number): string =>
      record("events", {
        external_id: id,
        name: "seen",
        time: "2026-01-02",
        properties: { text: "x".repeat(megabytes * 1_000_000) },
      });
    const finished = await write(
      each,
      ["a", "b", "c", "d", "e"].map((id) => sized(id, id === "c" ? 5 : 1.5)),
    );
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.accepted.events).toBe(4);
    expect(each.workspace.stats.byStatus[413]).toBeUndefined();
    expect(await rejectedIn(each, "events")).toMatchObject([
      { record: { external_id: "c" }, reasons: [{ code: "record_too_large" }] },
    ]);
  });

  it("are those that make a request too large for Braze, where it takes less than the config says", async () => {
    const each = world({ limits: { maxBodyBytes: 100_000 } });
    const sized = (id: string, bytes: number): string =>
      record("users", { external_id: id, text: "x".repeat(bytes) });
    const finished = await write(each, [
      ...Array.from({ length: 30 }, (_, index) => sized(`u${index}`, index === 13 ? 120_000 : 10_000)),
      state("users", 1),
    ]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 29+1"]);
    expect(each.workspace.stats.byStatus[413]).toBeGreaterThan(0);
    expect(each.workspace.users.count).toBe(29);
    expect(await rejectedIn(each, "users")).toMatchObject([
      { record: { external_id: "u13" }, reasons: [{ code: "refused_by_braze" }] },
    ]);
  });

  it("are those with an invalid nested value, which Braze would drop with their neighbours", async () => {
    const each = world();
    const nested = { place: { "a.b": 1, city: "Rome" } };
    const finished = await write(each, [
      ...users(20),
      record("users", { external_id: "nested", ...nested }),
      state("users", 1),
    ]);
    expect(statesOf(finished)).toEqual(["1 20+1"]);
    expect(each.workspace.dropped).toEqual([]);
    expect(await rejectedIn(each, "users")).toMatchObject([{ record: { external_id: "nested" } }]);
  });

  it("are those on which Braze's servers fail every time while others pass", async () => {
    const count = 600;
    const each = world();
    each.workspace.faults.add({
      kind: "status",
      status: 500,
      times: Infinity,
      path: "/users/track",
      when: ({ body }) => holds(body, "u3"),
    });
    const finished = await write(each, [...users(count), state("users", 1)]);
    expect(finished.errors).toEqual([]);
    expect(statesOf(finished)).toEqual([`1 ${count - 1}+1`]);
    expect(each.workspace.users.count).toBe(count - 1);
    const rejected = await rejectedIn(each, "users");
    expect(rejected).toMatchObject([
      { record: { external_id: "u3" }, reasons: [{ code: "refused_by_braze" }] },
    ]);
    expect(rejected[0]?.reasons[0]?.message).toMatch(
      /^Braze answered 500 \d+ times while it took other requests/,
    );
  });

  it("are hostile ones, and they harm nobody", async () => {
    const each = world();
    const deep = `{"external_id":"deep","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const hostile = '{"external_id":"1","__proto__":{"external_id":"2"},"constructor":"c","toString":"t"}';
    const finished = await write(each, [
      `{"type":"RECORD","record":{"stream":"users","data":${deep},"emitted_at":1}}\n`,
      `{"type":"RECORD","record":{"stream":"users","data":${hostile},"emitted_at":1}}\n`,
      record("users", { external_id: 2 ** 53 + 2, a: 1 }),
      state("users", 1),
    ]);
    expect(statesOf(finished)).toEqual(["1 1+2"]);
    expect(Object.keys(each.workspace.users.byExternalId("1")?.custom_attributes ?? {})).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
  });
});

describe("limits", () => {
  it("are kept: no request more than the workspace allows", async () => {
    const each = world(
      { limits: { trackRequestsPer3Seconds: 30 } },
      { limits: { requests_per_3_seconds: 30, objects_per_request: 5 } },
    );
    const finished = await write(each, [...users(225), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 225+0"]);
    expect(each.workspace.stats.byStatus).toEqual({ 201: 45 });
  });

  it("are waited for when Braze says 429", async () => {
    const each = world({ limits: { trackRequestsPer3Seconds: 20 } }, { limits: { objects_per_request: 5 } });
    const finished = await write(each, [...users(150), state("users", 1)]);
    expect(statesOf(finished)).toEqual(["1 150+0"]);
    expect(each.workspace.stats.byStatus[429]).toBeGreaterThan(0);
    expect(each.workspace.users.count).toBe(150);
  });

  it("hold for requests in flight", async () => {
    const each = world({ latencyMs: 20 }, { limits: { concurrent_requests: 3, objects_per_request: 1 } });
    await write(each, users(60));
    expect(each.workspace.stats.maxInFlight).toBe(3);
  });
});

describe("failures that stop all records", () => {
  it("end the sync although stdin stays open and silent; what was safe before is out", async () => {
    const each = world({}, { limits: { concurrent_requests: 1, objects_per_request: 10 } });
    each.workspace.faults.add({
      kind: "status",
      status: 401,
      body: { message: `Invalid API key: ${each.config.api_key}` },
      skip: 1,
      times: Infinity,
    });
    const running = await startWrite(
      each,
      silentAfter(...users(10), state("users", 1), ...users(20).slice(10), state("users", 2)),
    );
    const finished = await running.finished;
    expect(finished.exitCode).toBe(1);
    expect(statesOf(finished)).toEqual(["1 10+0"]);
    expect(errorOf(finished)).toEqual([
      expect.stringMatching(/^config_error: Braze did not accept the API key.*users\.track/),
    ]);
    expect(await reportIn(each)).toMatchObject({ status: "failed", accepted: 10 });
  });

  it("end the sync at once, although requests wait for the rate limit", async () => {
    const each = world(
      {},
      { limits: { requests_per_hour: 2, objects_per_request: 1, concurrent_requests: 4 } },
    );
    each.workspace.faults.add({ kind: "status", status: 403, skip: 1, times: Infinity });
    const running = await startWrite(each, silentAfter(...users(8)));
    const finished = await running.finished;
    expect(errorOf(finished)).toEqual([expect.stringMatching(/^config_error: Braze forbids/)]);
    expect(trackRequests(each.workspace)).toHaveLength(2);
  });

  it("say what is wrong with the input, and which line; what was good is delivered", async () => {
    const each = world();
    const finished = await write(each, [
      ...users(3),
      state("users", 1),
      "\n",
      "Traceback (most recent call last):\n",
      ...users(5),
    ]);
    expect(finished.exitCode).toBe(1);
    expect(errorOf(finished)).toEqual([
      "system_error: Line 6 of the input is not an Airbyte message: it is not JSON. (docs/troubleshooting.md#bad-input)",
    ]);
    expect(statesOf(finished)).toEqual(["1 3+0"]);
    expect(each.workspace.users.count).toBe(3);
  });

  it("include storage that can't be written: no state covers a rejected record that was not kept", async () => {
    const each = world({}, { object_storage_config: s3Config({ bucket_path: "denied" }) });
    const fault = s3.faults.add({
      kind: "error",
      code: "AccessDenied",
      action: "PutObject",
      key: /^denied\/42\/rejected/,
      times: Infinity,
    });
    const running = await startWrite(
      each,
      silentAfter(...users(2), state("users", 1), record("users", { name: "nobody" }), state("users", 2)),
    );
    const finished = await running.finished;
    fault.remove();
    expect(finished.exitCode).toBe(1);
    expect(statesOf(finished).filter((text) => text.startsWith("2"))).toEqual([]);
    expect(errorOf(finished)).toEqual([
      expect.stringMatching(
        /^config_error: The AWS credentials may not write in the S3 bucket "braze-sync": they need s3:PutObject/,
      ),
    ]);
  });

  it("include storage that is not there, before the first record is received", async () => {
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const each = world(
      {},
      { object_storage_config: { storage_type: "Local", directory: join(file, "below") } },
    );
    const finished = await write(each, users(1));
    expect(errorOf(finished)).toEqual([
      expect.stringMatching(/^config_error: The folder .*a-file\/below can't be used/),
    ]);
    expect(trackRequests(each.workspace)).toEqual([]);
  });

  test.each<[string, object | string, object | string, RegExp]>([
    ["no key", { url: "https://rest.iad-01.braze.com" }, allStreams, /^config_error: .*"api_key" is missing/],
    [
      "a wrong value",
      { url: "https://x.y", api_key: "k", null_values: "keep" },
      allStreams,
      /"null_values" must be one of "ignore", "clear"/,
    ],
    [
      "a limit of zero",
      { url: "https://x.y", api_key: "k", limits: { objects_per_request: 0 } },
      allStreams,
      /"limits.objects_per_request" is 0/,
    ],
    [
      "http to another machine",
      { url: "http://x.y", api_key: "k" },
      allStreams,
      /"url" must start with https/,
    ],
    ["a broken config", '{"url": "x",', allStreams, /config file .* is not valid JSON/],
    ["a broken catalog", { url: "https://x.y", api_key: "k" }, "{", /catalog file .* is not valid JSON/],
    [
      "a stream that fits nothing",
      { url: "https://x.y", api_key: "k" },
      catalogOf(["orders", "id"]),
      /Nothing says where the stream "orders"/,
    ],
    [
      "half of the AWS keys",
      { url: "https://x.y", api_key: "k", object_storage_config: { ...s3ConfigOf("b"), access_key_id: "a" } },
      allStreams,
      /only one is set/,
    ],
  ])("include a config that is not right: %s", async (_, config, catalog, message) => {
    const finished = await run("destination-braze", "write", { config, catalog, input: users(1) });
    runs.push(finished);
    expect(finished.exitCode).toBe(1);
    expect(errorOf(finished)).toEqual([expect.stringMatching(message)]);
  });
});

describe("SIGTERM", () => {
  it("finishes what is in flight, gives back the states that are safe, and ends by the signal", async () => {
    const each = world({ latencyMs: 150 }, { limits: { objects_per_request: 5, concurrent_requests: 2 } });
    const input = (async function* () {
      for (let index = 0; ; index++) {
        yield record("users", { external_id: `u${index}`, number: index });
        yield state("users", index + 1);
      }
    })();
    const running = await startWrite(each, input);
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(finished.signal).toBe("SIGTERM");
    expect(finished.errors).toEqual([]);
    const last = Number(statesOf(finished).at(-1)?.split(" ")[0]);
    expect(each.workspace.users.count).toBe(each.workspace.accepted.attributes);
    expect(last).toBe(each.workspace.users.count);
    expect(await reportIn(each)).toMatchObject({ status: "stopped", accepted: last });
  });

  it("ends within the grace time although Braze does not answer", async () => {
    const each = world({}, { limits: { objects_per_request: 1, concurrent_requests: 1 } });
    each.workspace.faults.add({ kind: "delay", delayMs: 12_000, skip: 1, times: Infinity });
    const running = await startWrite(
      each,
      silentAfter(...users(1), state("users", 1), ...users(3).slice(1), state("users", 2)),
    );
    await running.until(({ state }) => state !== undefined);
    const startedAtMs = Date.now();
    running.process.kill("SIGTERM");
    const finished = await running.finished;
    expect(Date.now() - startedAtMs).toBeLessThan(10_000);
    expect(finished.signal).toBe("SIGTERM");
    expect(statesOf(finished)).toEqual(["1 1+0"]);
    expect(await reportIn(each)).toMatchObject({ status: "stopped" });
  });
});

describe("check", () => {
  it("succeeds, and leaves nothing behind, neither in Braze nor in the storage", async () => {
    const local = world({ permissions: ["users.track"] });
    expect((await check(local.config)).check).toEqual({ status: "SUCCEEDED" });
    expect(await readdir(join(local.folder, "_braze"))).toEqual([]);
    expect(local.workspace.users.count).toBe(0);
    const remote = world({}, { object_storage_config: s3Config({ bucket_path: "checked" }) });
    expect((await check(remote.config)).check).toEqual({ status: "SUCCEEDED" });
    const left = await s3
      .client()
      .send(new ListObjectsV2Command({ Bucket: "braze-sync", Prefix: "checked/" }));
    expect(left.KeyCount ?? 0).toBe(0);
  });

  const failing: [string, () => JsonObject, RegExp][] = [
    ["a wrong key", () => ({ api_key: "wrong-key-0123456789" }), /Braze did not accept the API key/],
    [
      "a key without the permission",
      () => ({ api_key: braze.createWorkspace({ permissions: [] }).apiKey }),
      /permission users\.track/,
    ],
    [
      "an endpoint that nobody answers",
      () => ({ url: "http://127.0.0.1:1" }),
      /can't be reached: it refuses connections/,
    ],
    ["limits of zero", () => ({ limits: { requests_per_hour: 0 } }), /"limits.requests_per_hour" is 0/],
    [
      "a wrong bucket",
      () => ({ object_storage_config: s3Config({ s3_bucket_name: "elsewhere" }) }),
      /"elsewhere" does not exist.*the key sees braze-sync/,
    ],
    [
      "a wrong AWS key",
      () => ({ object_storage_config: s3Config({ access_key_id: "AKIAWRONG" }) }),
      /did not accept the AWS credentials/,
    ],
    [
      "a wrong AWS secret",
      () => ({ object_storage_config: s3Config({ secret_access_key: "wrong-secret-0123" }) }),
      /did not accept the AWS credentials/,
    ],
    [
      "a wrong region",
      () => ({ object_storage_config: s3Config({ s3_bucket_region: "us-east-2" }) }),
      /not in the region us-east-2/,
    ],
    [
      "a folder that is none",
      () => ({ object_storage_config: { storage_type: "Local", directory: "/dev/null/x" } }),
      /folder \/dev\/null\/x can't be used/,
    ],
    [
      "an unknown storage",
      () => ({ object_storage_config: { storage_type: "FTP" } }),
      /"object_storage_config.storage_type" must be one of "None", "S3", "Local"/,
    ],
  ];
  test.each(failing)("fails with one clear sentence: %s", async (_, changed, message) => {
    const { config } = world();
    const finished = await check({ ...config, ...changed() });
    expect(finished.check).toEqual({ status: "FAILED", message: expect.stringMatching(message) });
    expect(finished.everything).not.toContain("wrong-key-0123456789");
    expect(finished.everything).not.toContain("wrong-secret-0123");
  });

  it("names what may not be done with the bucket", async () => {
    const each = world({}, { object_storage_config: s3Config({ bucket_path: "no-delete" }) });
    const fault = s3.faults.add({
      kind: "error",
      code: "AccessDenied",
      action: ["DeleteObject", "DeleteObjects"],
      times: Infinity,
    });
    const { check: answer } = await check(each.config);
    fault.remove();
    expect(answer).toMatchObject({
      status: "FAILED",
      message: expect.stringMatching(/may not delete.*s3:DeleteObject/),
    });
  });
});

test("spec needs no config and fits the protocol", async () => {
  const finished = await run("destination-braze", "spec");
  runs.push(finished);
  expect(finished.exitCode).toBe(0);
  expect(finished.messages).toMatchObject([{ type: "SPEC", spec: { supportsIncremental: true } }]);
});

function s3ConfigOf(bucket: string): JsonObject {
  return { storage_type: "S3", s3_bucket_name: bucket, s3_bucket_region: "us-east-1" };
}

function s3Config(changed: JsonObject = {}): JsonObject {
  return {
    storage_type: "S3",
    s3_bucket_name: "braze-sync",
    s3_bucket_region: s3.region,
    access_key_id: s3.accessKeyId,
    secret_access_key: s3.secretAccessKey,
    s3_endpoint: s3.endpoint,
    ...changed,
  };
}
