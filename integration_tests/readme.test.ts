/** The README's promises: each of its commands is run, each of its configs is one, and it stays short. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@braze-connectors/shared/airbyte/config";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import destinationSchema from "@braze-connectors/spec/schemas/destination-braze";
import sourceSchema from "@braze-connectors/spec/schemas/source-braze";
import validateConfiguredCatalog from "@braze-connectors/spec/validators/validateConfiguredCatalog";
import validateDestinationConfig from "@braze-connectors/spec/validators/validateDestinationConfig";
import validateMessage from "@braze-connectors/spec/validators/validateMessage";
import validateSourceConfig from "@braze-connectors/spec/validators/validateSourceConfig";
import { scripts } from "../package.json";
import { codeBlocks, pageText, root } from "./markdown";
import {
  exportsInto,
  type SandboxBraze,
  type SandboxS3,
  startBraze,
  startS3,
  type Workspace,
} from "./sandbox";

const readme = pageText("README.md");
const commands = codeBlocks(readme, "sh").flatMap((block) => block.trim().split("\n"));
const [sourceExample, destinationExample, ...others] = codeBlocks(readme, "json").map(
  (block) => JSON.parse(block) as JsonObject,
);

const gate = pageText(".ci/run");

const userCount = 12;
const bucket = "my-company-braze";

let braze: SandboxBraze;
let s3: SandboxS3;
let reading: Workspace;
let writing: Workspace;
/** What a newcomer's copy of the repository has, with configs of their own. */
let folder: string;

beforeAll(async () => {
  [braze, s3, folder] = await Promise.all([startBraze(), startS3(), mkdtemp(join(tmpdir(), "readme-"))]);
  await s3.createBucket(bucket);
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  reading = braze.createWorkspace({
    storage: exportsInto(s3, bucket, "exports"),
    exports: { usersPerFile: 5 },
  });
  writing = braze.createWorkspace();
  reading.users.seed(
    Array.from({ length: userCount }, (_, index) => ({
      external_id: `u${index}`,
      email: `u${index}@example.com`,
      custom_attributes: { points: index },
    })),
  );
  const segment = reading.createSegment({ name: "Everybody" });
  const local = {
    s3_bucket_region: region,
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
    s3_endpoint: endpoint,
  };
  const own = (example: JsonObject | undefined, workspace: Workspace, change: object): string =>
    JSON.stringify({
      ...example,
      url: braze.url,
      api_key: workspace.apiKey,
      object_storage_config: { ...(example?.object_storage_config as JsonObject), ...local },
      ...change,
    });
  const segmentExport = sourceExample?.segment_export as JsonObject;
  await Promise.all([
    symlink(join(root, "node_modules"), join(folder, "node_modules")),
    symlink(join(root, "docs"), join(folder, "docs")),
    writeFile(
      join(folder, "source.json"),
      own(sourceExample, reading, {
        segment_ids: [segment.id],
        segment_export: { ...segmentExport, poll_interval_seconds: 0.05, settle_seconds: 1 },
      }),
    ),
    writeFile(join(folder, "destination.json"), own(destinationExample, writing, {})),
  ]);
}, 120_000);

afterAll(async () => {
  await Promise.all([braze?.close(), s3?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** What a command printed, every line of it a message of the protocol. */
async function messagesOf(command: string): Promise<AirbyteMessage[]> {
  return (await run(command))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const message: unknown = JSON.parse(line);
      expect([line, validateMessage(message)]).toEqual([line, true]);
      return message as AirbyteMessage;
    });
}

/** Runs a command as it stands there; any part of a pipe that fails fails it. @returns its stdout */
function run(command: string): Promise<string> {
  const env = { ...process.env, npm_config_offline: "true", npm_config_yes: "false" };
  return new Promise((resolve, reject) => {
    execFile(
      "bash",
      ["-o", "pipefail", "-c", command],
      { cwd: folder, env, maxBuffer: 1 << 26 },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${command}\n${stdout}\n${stderr}`)) : resolve(stdout),
    );
  });
}

async function succeeds(command: string): Promise<void> {
  const messages = await messagesOf(command);
  expect(messages.map(({ connectionStatus }) => connectionStatus?.status).filter(Boolean)).toEqual([
    "SUCCEEDED",
  ]);
}

async function printsSpec(command: string, schema: object): Promise<void> {
  const [message, ...more] = await messagesOf(command);
  expect(message?.spec?.connectionSpecification).toEqual(JSON.parse(JSON.stringify(schema)));
  expect(more).toEqual([]);
}

/** The quick start can't run here (it installs what runs this): in a fresh clone it is what `.ci/run` does. */
function isReady(command: string): void {
  const [install, start = ""] = command.split(" && ");
  expect(install).toBe("npm ci");
  expect(existsSync(join(root, "package-lock.json"))).toBe(true);
  const script = (scripts as Record<string, string>)[start.replace(/^npm (run )?/, "")] ?? "";
  const [, program] = /^tsx (\S+)$/.exec(script) ?? [];
  if (program !== undefined) expect(existsSync(join(root, program))).toBe(true);
  else expect(script).toMatch(/^jest /);
  expect(gate).toMatch(start === "npm test" ? /^suite test$/m : /npm ci.* && npm run --silent demo\b/);
}

const sync =
  "npx source-braze read --config source.json --catalog catalog.json | npx destination-braze write --config destination.json --catalog catalog.json";

/** How each command of the README is proven, in the README's own order. */
const proofs: Readonly<Record<string, (command: string) => Promise<void> | void>> = {
  "npm ci && npm run demo": isReady,
  "npm ci && npm test": isReady,
  "npx source-braze check --config source.json": succeeds,
  "npx source-braze discover --config source.json | node docs/install/configure.mjs segment_users > catalog.json":
    async (command) => {
      await run(command);
      const catalog: unknown = JSON.parse(await readFile(join(folder, "catalog.json"), "utf8"));
      expect([validateConfiguredCatalog(catalog), validateConfiguredCatalog.errors]).toEqual([true, null]);
      expect(catalog).toMatchObject({ streams: [{ stream: { name: "segment_users" } }] });
    },
  "npx destination-braze check --config destination.json": succeeds,
  [`${sync} --dry-run`]: async (command) => {
    const messages = await messagesOf(command);
    expect(messages.filter(({ state }) => state)).toEqual([]);
    expect(writing.users.count).toBe(0);
  },
  [sync]: async (command) => {
    const states = (await messagesOf(command)).flatMap(({ state }) => (state ? [state] : []));
    const delivered = states.map(({ destinationStats }) => destinationStats?.recordCount ?? 0);
    expect(delivered.reduce((sum, count) => sum + count, 0)).toBe(userCount);
    expect(writing.users.byExternalId("u7")).toMatchObject({
      email: "u7@example.com",
      custom_attributes: { points: 7 },
    });
    expect(writing.users.count).toBe(userCount);
  },
  "npx source-braze spec": (command) => printsSpec(command, sourceSchema),
  "npx destination-braze spec": (command) => printsSpec(command, destinationSchema),
};

test("every command of the README is proven here, and nothing else is", () => {
  expect(commands).toEqual(Object.keys(proofs));
});

test.each(Object.entries(proofs))("%s", (command, proof) => proof(command), 120_000);

test("the configs are valid, and name no key that does not exist", () => {
  const source = parseConfig(sourceExample, validateSourceConfig, sourceSchema);
  const destination = parseConfig(destinationExample, validateDestinationConfig, destinationSchema);
  expect([source.unknownKeys, destination.unknownKeys, others]).toEqual([[], [], []]);
});

test("every key of the destination's config has its place in the README, and most of the source's", () => {
  const isNamed = (key: string): boolean => readme.includes(`"${key}"`) || readme.includes(`\`${key}`);
  const keys = [...Object.keys(destinationSchema.properties), ...Object.keys(sourceSchema.properties)];
  expect(keys.filter((key) => !isNamed(key))).toEqual(["removed_profiles_limit_percent", "app_ids"]);
});

test("it is short", () => {
  expect(readme.split("\n").length).toBeLessThan(250);
});
