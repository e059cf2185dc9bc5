import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Finished, run, start } from "./harness";
import {
  type JsonObject,
  type SandboxBraze,
  startBraze,
  type Workspace,
  type WorkspaceOptions,
} from "./sandbox";

let braze: SandboxBraze;
let directory: string;

beforeAll(async () => {
  braze = await startBraze();
  directory = await mkdtemp(join(tmpdir(), "removed-profiles-"));
});

afterAll(async () => {
  await braze.close();
  await rm(directory, { recursive: true, force: true });
});

interface SyncOptions {
  /** Null for a host that names no syncs. */
  syncId?: number | null;
  /** The source's last word; null for a source that says nothing. */
  status?: "COMPLETE" | "INCOMPLETE" | null;
  syncMode?: "full_refresh" | "incremental";
  fresh?: boolean;
  config?: JsonObject;
  dryRun?: boolean;
  /** More streams, with their records. */
  streams?: Record<string, JsonObject[]>;
}

interface World {
  workspace: Workspace;
  folder: string;
  config: JsonObject;
  sync(records: JsonObject[], options?: SyncOptions): Promise<Finished>;
  /** Objects and users deleted that Braze was sent since the last call. */
  sent(): number;
}

const line = (message: object): string => `${JSON.stringify(message)}\n`;
const status = (name: string, value: string): string =>
  line({
    type: "TRACE",
    trace: {
      type: "STREAM_STATUS",
      emitted_at: 1,
      stream_status: { stream_descriptor: { name }, status: value },
    },
  });

function linesOf(stream: string, records: JsonObject[], end: SyncOptions["status"]): string[] {
  const state = {
    type: "STREAM",
    stream: { stream_descriptor: { name: stream }, stream_state: { done: 1 } },
  };
  return [
    ...(end === null ? [] : [status(stream, "STARTED")]),
    ...records.map((data) => line({ type: "RECORD", record: { stream, data, emitted_at: 1 } })),
    line({ type: "STATE", state }),
    ...(end ? [status(stream, end)] : []),
  ];
}

function catalogOf(
  streams: string[],
  syncId: number | null,
  { syncMode = "full_refresh", fresh }: SyncOptions,
): object {
  return {
    streams: streams.map((name) => ({
      stream: {
        name,
        json_schema: { type: "object", properties: { external_id: {}, email: {} } },
        supported_sync_modes: ["full_refresh", "incremental"],
      },
      sync_mode: syncMode,
      destination_sync_mode: "append",
      ...(syncId === null ? {} : { sync_id: syncId }),
      generation_id: fresh ? syncId : 1,
      minimum_generation_id: fresh ? syncId : 0,
    })),
  };
}

let worlds = 0;
let syncs = 100;

function world(config: JsonObject, options: WorkspaceOptions = {}): World {
  const workspace = braze.createWorkspace(options);
  worlds += 1;
  const folder = join(directory, String(worlds));
  let sentBefore = 0;
  const each: World = {
    workspace,
    folder,
    config: {
      url: braze.url,
      api_key: workspace.apiKey,
      object_storage_config: { storage_type: "Local", directory: folder },
      ...config,
    },
    async sync(records, how = {}) {
      syncs += 1;
      const { syncId = syncs, status: end = "COMPLETE", streams = {} } = how;
      const all: [string, JsonObject[]][] = [["contacts", records], ...Object.entries(streams)];
      const finished = await run("destination-braze", "write", {
        config: { ...each.config, ...how.config },
        catalog: catalogOf(
          all.map(([name]) => name),
          syncId,
          how,
        ),
        input: all.flatMap(([name, data]) => linesOf(name, data, end)),
        extraArguments: how.dryRun ? ["--dry-run"] : [],
      });
      expect(finished.invalidLines).toEqual([]);
      expect(workspace.overlaps).toEqual([]);
      return finished;
    },
    sent() {
      const { attributes } = workspace.accepted;
      const deleted = workspace.stats.byPath["/users/delete"]?.[201] ?? 0;
      const since = attributes + deleted - sentBefore;
      sentBefore = attributes + deleted;
      return since;
    },
  };
  return each;
}

const person = (number: number, more: JsonObject = {}): JsonObject => ({
  external_id: `person-${number}`,
  points: number,
  ...more,
});
const people = (first: number, last: number): JsonObject[] =>
  Array.from({ length: last - first + 1 }, (_, index) => person(first + index));
const user = ({ workspace }: World, number: number) => workspace.users.byExternalId(`person-${number}`);
const pointsOf = (each: World, number: number) => user(each, number)?.custom_attributes.points;

async function removedIn({ folder }: World, finished: Finished): Promise<unknown> {
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  const report = JSON.parse(await readFile(join(folder, String(syncs), "report.json"), "utf8"));
  return report.streams.contacts.removed;
}

/** Everything in the storage, unpacked where it is packed. */
async function everythingIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const unpacked = contents.map((bytes) =>
    bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes,
  );
  return [...files, ...unpacked.map((bytes) => bytes.toString("latin1"))].join("\n");
}

const memberFiles = async ({ folder }: World): Promise<string[]> =>
  (await readdir(join(folder, "_braze", "contacts", "members"), { recursive: true })).filter((name) =>
    name.endsWith(".bin"),
  );

describe.each<[string, string | { mark: string }, (each: World) => void]>([
  [
    "clear_attributes",
    "clear_attributes",
    (each) => expect(user(each, 10)?.custom_attributes).toEqual({ other: "kept" }),
  ],
  ["delete_user", "delete_user", (each) => expect(user(each, 10)).toBeUndefined()],
  [
    "mark",
    { mark: "in_crm" },
    (each) => {
      expect(user(each, 10)?.custom_attributes).toEqual({ points: 10, in_crm: false, other: "kept" });
      expect(user(each, 9)?.custom_attributes).toEqual({ points: 9, in_crm: true });
    },
  ],
])("removed_profiles: %s", (_, removed_profiles, expectGone) => {
  it("acts once on those who left, and on nobody else", async () => {
    const each = world({ removed_profiles });
    each.workspace.users.seed([{ external_id: "person-10", custom_attributes: { other: "kept" } }]);
    const first = await each.sync(people(1, 10));
    expect(await removedIn(each, first)).toEqual({ known: 0, left: 0, done: 0, elsewhere: 0, failed: 0 });
    expect(each.sent()).toBe(10);

    const second = await each.sync(people(1, 9));
    expect(await removedIn(each, second)).toEqual({ known: 10, left: 1, done: 1, elsewhere: 0, failed: 0 });
    expect(second.logs("INFO").join("\n")).toContain("1 of 10 known profiles are not in it any more; 1 were");
    expect(each.sent()).toBe(1);
    expectGone(each);
    expect(pointsOf(each, 9)).toBe(9);

    const third = await each.sync(people(1, 9));
    expect(await removedIn(each, third)).toMatchObject({ known: 9, left: 0 });
    expect(each.sent()).toBe(0);

    const stored = await everythingIn(each.folder);
    expect(stored).toContain("report.json");
    expect(stored).not.toContain("person-");
    expect((await memberFiles(each)).some((name) => name.startsWith("seen"))).toBe(false);

    await each.sync(people(1, 10));
    expect(pointsOf(each, 10)).toBe(10);
  });
});

describe("a full refresh", () => {
  it("in two attempts removes nobody that either of them brought", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const first = await each.sync(people(1, 5), { status: "INCOMPLETE", syncId: 7 });
    expect(first.exitCode).toBe(0);
    expect((await memberFiles(each)).some((name) => name.startsWith("seen"))).toBe(true);
    expect(await everythingIn(each.folder)).not.toContain("person-");
    await each.sync(people(6, 9), { syncId: 7 });
    expect(each.workspace.users.count).toBe(9);
    expect(user(each, 10)).toBeUndefined();
    // The stream was complete; the host tries once more because of another one.
    const again = await each.sync([], { syncId: 7 });
    expect(again.exitCode).toBe(0);
    expect(each.workspace.users.count).toBe(9);
  });

  it("in two attempts is one also for a host that names no syncs and a source without statuses", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10), { syncId: null, status: null });
    await each.sync(people(1, 5), { syncId: null, status: "INCOMPLETE" });
    await each.sync(people(6, 9), { syncId: null, status: null });
    expect(each.workspace.users.count).toBe(9);
  });

  it("removes nobody when an attempt was killed, and whoever left the next time", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const running = await start("destination-braze", "write", {
      config: each.config,
      catalog: catalogOf(["contacts"], 9, {}),
      input: (async function* () {
        yield linesOf("contacts", people(1, 5), null).join("");
        await new Promise(() => undefined);
      })(),
    });
    await running.until(({ state }) => state !== undefined);
    running.process.kill("SIGKILL");
    await running.finished;
    const resumed = await each.sync(people(6, 9), { syncId: 9 });
    expect(resumed.exitCode).toBe(0);
    expect(resumed.logs("WARN").join("\n")).toContain("was killed");
    expect(each.workspace.users.count).toBe(10);
    await each.sync(people(1, 9));
    expect(each.workspace.users.count).toBe(9);
  });

  it("after one that never came whole removes also who was new in that", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    await each.sync(people(11, 12), { status: "INCOMPLETE" });
    const finished = await each.sync(people(1, 11));
    expect(await removedIn(each, finished)).toMatchObject({ known: 12, left: 1, done: 1 });
    expect(user(each, 12)).toBeUndefined();
  });

  it("removes nobody when too many seem to have left, and says so every time", async () => {
    const each = world({ removed_profiles: "clear_attributes", removed_profiles_limit_percent: 30 });
    await each.sync(people(1, 10));
    const config = { removed_profiles_limit_percent: 40 };
    for (const attempt of [1, 2]) {
      const finished = await each.sync(people(1, 6), { syncId: 70 });
      expect(finished.exitCode).toBe(1);
      expect(finished.errors[0]).toMatchObject({
        failure_type: "config_error",
        message: expect.stringContaining("4 of 10 known profiles are not in the stream any more"),
      });
      expect(finished.states).toHaveLength(1);
      expect([attempt, pointsOf(each, 10)]).toEqual([attempt, 10]);
    }
    expect(await removedIn(each, await each.sync(people(1, 6), { config }))).toMatchObject({
      left: 4,
      done: 4,
    });
    expect(pointsOf(each, 10)).toBeUndefined();
  });

  it("lets few people leave whatever their share, unless the config says otherwise", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 3));
    const finished = await each.sync(people(1, 1));
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.users.count).toBe(1);
  });

  it("clears attributes also when a new generation has reset the index", async () => {
    const each = world({ removed_profiles: "clear_attributes" });
    await each.sync(people(1, 10), { fresh: true });
    await each.sync(people(1, 9), { fresh: true });
    expect(pointsOf(each, 10)).toBeUndefined();
  });

  it("misses nobody whose record was rejected", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 4));
    await each.sync([...people(1, 3), person(4, { dob: "yesterday" })]);
    expect(each.workspace.users.count).toBe(4);
  });

  it("misses nobody known by an email address that comes with an external id now", async () => {
    const each = world({ removed_profiles: "delete_user", removed_profiles_limit_percent: 100 });
    await each.sync([{ email: "One@example.com", points: 1 }]);
    await each.sync([person(1, { email: "one@example.com" })]);
    expect(each.workspace.stats.byPath["/users/delete"]).toBeUndefined();
  });

  it("keeps the user whom another stream writes too, until that one misses them as well", async () => {
    const each = world({ removed_profiles: "delete_user" });
    const users = people(1, 10);
    await each.sync(users, { streams: { users } });
    const first = await each.sync(people(1, 9), { streams: { users } });
    expect(await removedIn(each, first)).toEqual({ known: 10, left: 1, done: 0, elsewhere: 1, failed: 0 });
    expect(user(each, 10)).toBeDefined();
    await each.sync(people(1, 9), { streams: { users: people(1, 9) } });
    expect(user(each, 10)).toBeUndefined();
  });

  it("tries those again whom Braze refused", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const fault = each.workspace.faults.add({
      path: "/users/delete",
      kind: "status",
      status: 400,
      body: { message: "no" },
      times: Number.POSITIVE_INFINITY,
    });
    const refused = await each.sync(people(1, 9));
    expect(await removedIn(each, refused)).toMatchObject({ left: 1, done: 0, failed: 1 });
    expect(refused.logs("WARN").join("\n")).toContain("tried again next time");
    fault.remove();
    expect(await removedIn(each, await each.sync(people(1, 9)))).toMatchObject({ left: 1, done: 1 });
  });

  it("only counts in a dry run", async () => {
    const each = world({ removed_profiles: "delete_user" });
    await each.sync(people(1, 10));
    const before = await memberFiles(each);
    const finished = await each.sync(people(1, 9), { dryRun: true });
    expect(finished.logs("INFO").join("\n")).toContain(
      "1 of 10 known profiles are not in it any more; nothing is done to them in a dry run",
    );
    expect(each.workspace.users.count).toBe(10);
    expect(await memberFiles(each)).toEqual(before);
  });
});

it("an incremental stream removes nobody", async () => {
  const each = world({ removed_profiles: "delete_user" });
  await each.sync(people(1, 10), { syncMode: "incremental" });
  await each.sync(people(1, 1), { syncMode: "incremental" });
  expect(each.workspace.users.count).toBe(10);
});

it("a list that can't be opened removes nobody and is made anew", async () => {
  const each = world({ removed_profiles: "delete_user", removed_profiles_limit_percent: 100 });
  await each.sync(people(1, 4));
  const folder = join(each.folder, "_braze", "contacts", "members");
  for (const name of await memberFiles(each)) await writeFile(join(folder, name), "garbage");
  const finished = await each.sync(people(1, 3));
  expect(finished.exitCode).toBe(0);
  expect(finished.logs("WARN").join("\n")).toContain("can't be used");
  expect(each.workspace.users.count).toBe(4);
  await each.sync(people(1, 2));
  expect(each.workspace.users.count).toBe(3);
});

it("check asks for the permission to delete, and deletes nobody", async () => {
  const each = world({ removed_profiles: "delete_user" }, { permissions: ["users.track"] });
  const finished = await run("destination-braze", "check", { config: each.config });
  expect(finished.check).toMatchObject({
    status: "FAILED",
    message: expect.stringContaining("has the permission users.delete"),
  });
  const allowed = world(
    { removed_profiles: "delete_user" },
    { permissions: ["users.track", "users.delete"] },
  );
  allowed.workspace.users.seed([{ external_id: "1" }]);
  expect((await run("destination-braze", "check", { config: allowed.config })).check.status).toBe(
    "SUCCEEDED",
  );
  expect(allowed.workspace.users.count).toBe(1);
});

it("needs a place to remember in", async () => {
  const each = world({ removed_profiles: "delete_user", object_storage_config: { storage_type: "None" } });
  const finished = await each.sync(people(1, 2));
  expect(finished.errors[0]).toMatchObject({
    failure_type: "config_error",
    message: expect.stringContaining('"removed_profiles" needs object_storage_config'),
  });
  expect(each.sent()).toBe(0);
});
