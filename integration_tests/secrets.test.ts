/** No secret is ever written: not to stdout or stderr, not to states, not to anything that is stored. */
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { type Command, type Connector, configure, type Finished, type RunOptions, run } from "./harness";
import {
  type Fault,
  type S3Fault,
  type SandboxBraze,
  type SandboxS3,
  startBraze,
  startS3,
  storageConfigOf,
  type Workspace,
} from "./sandbox";
import { addSegment, catalogOf as sourceCatalog } from "./source-world";
import { catalogOf, record, state, users } from "./write-world";

const bucket = "braze-sync";
/** With characters that look different in URLs and in JSON. */
const secretAccessKey = 'MARKED/s3+secret"key\\0123456789=';
const accessKeyId = "AKIAMARKED0123456789";
const externalId = "MARKED-external-id";
const wrongKey = "MARKED-wrong-api-key";

let braze: SandboxBraze;
let s3: SandboxS3;
let workspace: Workspace;
let segment: string;
let keys = 0;
beforeAll(async () => {
  braze = await startBraze();
  s3 = await startS3({ accessKeyId, secretAccessKey });
  await s3.createBucket(bucket);
});
afterAll(() => Promise.all([braze.close(), s3.close()]));
beforeEach(() => {
  keys += 1;
  workspace = braze.createWorkspace({ apiKey: `MARKED-api-key-${keys}-0123456789` });
  segment = addSegment(workspace, 5).id;
});
afterEach(() => s3.faults.clear());

/** Everything in the bucket: keys and contents, unpacked. */
async function stored(): Promise<string> {
  const client = s3.client();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const texts = await Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return `${Key}\n${(isGzip ? gunzipSync(bytes) : bytes).toString("latin1")}`;
    }),
  );
  return texts.join("\n");
}

/** No spelling of a secret: they all hold the mark. */
async function expectNoSecret(finished: Finished): Promise<void> {
  expect(finished.invalidLines).toEqual([]);
  for (const text of [finished.stdout, finished.stderr, JSON.stringify(finished.stateFile), await stored()]) {
    expect(text).not.toMatch(/MARKED/);
    expect(text).not.toContain("/_downloads/");
  }
}

async function runWithoutLeak(
  connector: Connector,
  command: Command,
  options: RunOptions,
): Promise<Finished> {
  const finished = await run(connector, command, options);
  await expectNoSecret(finished);
  return finished;
}

const storage = (change = {}) => ({ ...storageConfigOf(s3, bucket, `secrets-${keys}`), ...change });

function configOf(connector: Connector, change: object = {}): object {
  const own =
    connector === "source-braze"
      ? {
          segment_ids: [segment],
          segment_export: { poll_interval_seconds: 0.05, settle_seconds: 0.2, timeout_minutes: 0.1 },
        }
      : { object_storage_config: storage(), limits: { max_outage_minutes: 0.01 } };
  return { url: braze.url, api_key: workspace.apiKey, ...own, ...change };
}

const input = (): string[] => [...users(20), record("users", { name: "nobody" }), state("users", 1)];

/** A command as a host runs it. */
function optionsOf(command: Command, config: object): RunOptions {
  if (command === "read") return { config, catalog: sourceCatalog() };
  if (command === "write") return { config, catalog: catalogOf("users"), input: input() };
  return { config };
}

const commands: [Connector, Command][] = [
  ["source-braze", "check"],
  ["source-braze", "discover"],
  ["source-braze", "read"],
  ["destination-braze", "check"],
  ["destination-braze", "write"],
];

describe.each(commands)("%s %s", (connector, command) => {
  const start = (change: object = {}): Promise<Finished> =>
    runWithoutLeak(connector, command, optionsOf(command, configOf(connector, change)));

  test("that succeeds", async () => {
    const finished = await start();
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
  });

  test("with a wrong key, which Braze repeats", async () => {
    const finished = await start({ api_key: wrongKey });
    // Otherwise this would prove nothing.
    if (command !== "discover") expect(finished.everything).toContain("Invalid API key: ****");
  });

  test.each<[string, Omit<Fault & { kind: "status" }, "kind" | "body">]>([
    ["401", { status: 401, times: Infinity }],
    ["403", { status: 403, times: Infinity }],
    ["500 once", { status: 500, times: 1 }],
    ["400", { status: 400, times: Infinity }],
    ["404", { status: 404, times: Infinity }],
  ])("when Braze repeats the key in an answer: %s", async (_, fault) => {
    const key = workspace.apiKey;
    const body = { message: `Not for ${key}, ${encodeURIComponent(`${key}"`)}`, errors: [`key=${key}`] };
    workspace.faults.add({ ...fault, kind: "status", body });
    await start();
  });
});

describe("what is stored", () => {
  test("of a record whose refusal repeats the key", async () => {
    workspace.faults.rejectObject(({ external_id: id }) =>
      id === "u3" ? `Refused by ${workspace.apiKey}` : null,
    );
    const options = optionsOf("write", configOf("destination-braze"));
    const finished = await runWithoutLeak("destination-braze", "write", options);
    expect(finished.states[0]?.destinationStats).toMatchObject({ rejectedRecordCount: 2 });
    expect(await stored()).toContain("Refused by ****");
  });

  test("of a dry run, and of a run that logs its rejected records", async () => {
    workspace.faults.rejectObject(() => `Refused by ${workspace.apiKey}`);
    const bare = configOf("destination-braze", { object_storage_config: { storage_type: "None" } });
    const finished = await runWithoutLeak("destination-braze", "write", optionsOf("write", bare));
    expect(finished.everything).toContain("Refused by ****");
    await runWithoutLeak("destination-braze", "write", {
      ...optionsOf("write", configOf("destination-braze")),
      extraArguments: ["--dry-run"],
    });
  });
});

describe("errors of S3", () => {
  const repeating = `The key ${accessKeyId} with ${secretAccessKey} of ${externalId}`;
  const xml = repeating.replaceAll('"', "&quot;");
  test.each<[string, S3Fault]>([
    ["AccessDenied", { kind: "error", code: "AccessDenied", message: xml, times: Infinity }],
    [
      "SignatureDoesNotMatch",
      { kind: "error", code: "SignatureDoesNotMatch", message: xml, times: Infinity },
    ],
    ["InternalError", { kind: "error", code: "InternalError", message: xml, times: Infinity }],
    ["InvalidRequest", { kind: "error", code: "InvalidRequest", status: 400, message: xml, times: Infinity }],
  ])("that repeat the keys: %s", async (_, fault) => {
    const object_storage_config = storage({ external_id: externalId });
    s3.faults.add(fault);
    const config = configOf("destination-braze", { object_storage_config });
    const started = await run("destination-braze", "write", optionsOf("write", config));
    const checked = await run("source-braze", "check", {
      config: configOf("source-braze", { object_storage_config }),
    });
    s3.faults.clear();
    expect(started.exitCode).toBe(1);
    expect(checked.check.status).toBe("FAILED");
    await expectNoSecret(started);
    await expectNoSecret(checked);
  });

  test("wrong keys", async () => {
    for (const change of [{ access_key_id: "AKIAMARKEDWRONG" }, { secret_access_key: "MARKED-wrong" }]) {
      const config = configOf("destination-braze", { object_storage_config: storage(change) });
      const finished = await runWithoutLeak("destination-braze", "check", { config });
      expect(finished.check.status).toBe("FAILED");
    }
  });
});

test("a config that is not valid does not show what is secret in it", async () => {
  const broken = {
    url: 7,
    api_key: [wrongKey],
    object_storage_config: { storage_type: "S3", secret_access_key: { a: wrongKey } },
  };
  for (const [connector, command] of commands) {
    await runWithoutLeak(connector, command, optionsOf(command, broken));
  }
});

test("the download link is a secret, too: also when the download fails, and in states", async () => {
  workspace.faults.add({ kind: "half_response", path: /_downloads/, times: 1 });
  const config = configOf("source-braze");
  const finished = await runWithoutLeak("source-braze", "read", optionsOf("read", config));
  expect(finished.records()).toHaveLength(5);
  workspace.faults.add({ kind: "status", status: 403, path: /_downloads/, times: Infinity });
  const failed = await runWithoutLeak("source-braze", "read", optionsOf("read", config));
  expect(failed.errors).toHaveLength(1);
  expect(failed.exitCode).toBe(1);
});

test("all streams of the source, from discover to read", async () => {
  const config = configOf("source-braze");
  const { catalog } = await runWithoutLeak("source-braze", "discover", { config });
  workspace.faults.add({
    kind: "status",
    status: 401,
    body: { message: workspace.apiKey },
    path: "/canvas/list",
    times: Infinity,
  });
  await runWithoutLeak("source-braze", "read", { config, catalog: configure(catalog) });
});
