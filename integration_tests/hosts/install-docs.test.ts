/** docs/install.md and the files in docs/install, run as they are against the local Braze. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { version } from "../../package.json";
import { type Connector, executable } from "../harness";
import { HostWorld } from "./world";

const execute = promisify(execFile);
const docs = join(__dirname, "..", "..", "docs");
const examples = join(docs, "install");
const page = readFileSync(join(docs, "install.md"), "utf8");

/** The bodies of the page's code blocks in a language. */
const blocks = (language: string): string[] =>
  Array.from(page.matchAll(/^```(\w*)\n(.*?)^```$/gms))
    .filter(([, said]) => said === language)
    .map(([, , body = ""]) => body);

/** What a program that has ended said. */
interface Ended {
  exitCode: number | null;
  output: string;
}

/** As it is on a machine where both connectors are installed. */
const env = {
  ...process.env,
  PATH: [
    ...(["source-braze", "destination-braze"] as const).map((name) => join(executable(name), "..")),
    process.env.PATH,
  ].join(delimiter),
};

function start(command: string, args: readonly string[], changed: object = {}): ChildProcess {
  return spawn(command, args, { env: { ...env, ...changed }, stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, output };
}

let world: HostWorld;
let folder: string;
beforeAll(async () => {
  world = await HostWorld.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "install-docs-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Files for a sync of a workspace's users into another, the catalog made as the page says. */
async function prepare(place: string, target = world.newTarget()): Promise<void> {
  await writeFile(join(place, "source.json"), JSON.stringify(world.sourceConfig));
  await writeFile(join(place, "destination.json"), JSON.stringify(world.configOf(target)));
  const { stdout } = await execute(
    "sh",
    [
      "-c",
      `source-braze discover --config source.json | node ${join(examples, "configure.mjs")} segment_users`,
    ],
    { cwd: place, env, maxBuffer: 16 * 1024 * 1024 },
  );
  await writeFile(join(place, "catalog.json"), stdout);
}

const stateIn = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

describe("the page", () => {
  test("names every example, and no other", () => {
    const linked = new Set(Array.from(page.matchAll(/\]\(install\/([\w.-]+)\)/g), ([, name]) => name));
    expect([...linked].sort()).toEqual(readdirSync(examples).sort());
  });

  test("speaks of the version of the repository", () => {
    const texts = [page, ...readdirSync(examples).map((name) => readFileSync(join(examples, name), "utf8"))];
    const versions = texts.flatMap((text) =>
      Array.from(text.matchAll(/braze[:-](\d+\.\d+\.\d+)/g), ([, each]) => each),
    );
    expect(versions.length).toBeGreaterThan(5);
    expect(new Set(versions)).toEqual(new Set([version]));
  });

  test("has commands that a shell understands", async () => {
    expect(blocks("sh").length).toBeGreaterThan(5);
    for (const block of blocks("sh")) await execute("bash", ["-n", "-c", block]);
    const [, crontab] = readFileSync(join(examples, "crontab"), "utf8").split("\n");
    expect(blocks("")).toEqual([`${crontab}\n`]);
  });
});

describe("sync.sh", () => {
  const sync = (place: string): Promise<Ended> => ended(start(join(examples, "sync.sh"), [place]));

  test("brings everybody, then nobody, then who has changed", async () => {
    const target = world.newTarget();
    await prepare(folder, target);
    const first = await sync(folder);
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringContaining("60 received") });
    expect(target.users.byExternalId("user-7")).toBeDefined();
    const { attributes } = target.accepted;

    const second = await sync(folder);
    expect(second).toMatchObject({ exitCode: 0, output: expect.stringContaining("0 received") });
    expect(target.accepted.attributes).toBe(attributes);

    const user = world.shop.users.byExternalId("user-7");
    if (user) user.custom_attributes.loyalty_points = 4711;
    expect((await sync(folder)).exitCode).toBe(0);
    expect(target.accepted.attributes).toBe(attributes + 1);
    expect(target.users.byExternalId("user-7")?.custom_attributes.loyalty_points).toBe(4711);
    expect(await stateIn(join(folder, "state.json"))).toMatchObject([
      { type: "STREAM", stream: { stream_descriptor: { name: "segment_users" } } },
    ]);
  }, 120_000);

  test.each(["source", "destination"])("fails if the %s fails, and says why", async (which) => {
    await prepare(folder);
    const config = join(folder, `${which}.json`);
    await writeFile(config, JSON.stringify({ ...((await stateIn(config)) as object), api_key: "wrong" }));
    const { exitCode, output } = await sync(folder);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/key/);
    expect(output).not.toContain("    at ");
  });

  test("does nothing while the sync before is running", async () => {
    await prepare(folder);
    const lock = join(folder, "lock");
    const holder = start("flock", ["--no-fork", lock, "sh", "-c", "echo held; exec sleep 60"]);
    try {
      await once(holder.stdout as NodeJS.ReadableStream, "data");
      const { exitCode, output } = await sync(folder);
      expect([exitCode, output]).toEqual([0, expect.stringContaining("still running")]);
      expect(readdirSync(folder)).not.toContain("state.json");
    } finally {
      holder.kill("SIGKILL");
    }
  });
});

test("configure.mjs names the streams that there are when one is asked for that there is not", async () => {
  await prepare(folder);
  const command = `source-braze discover --config ${folder}/source.json | node ${examples}/configure.mjs nobody`;
  const { exitCode, output } = await ended(start("sh", ["-c", command]));
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^Not offered: nobody. Offered: segment_users, /m);
});

test("keep-state.mjs keeps the last state of each stream, also of those that did not run", async () => {
  const file = join(folder, "state.json");
  const state = (name: string, upTo: number) => ({
    type: "STREAM",
    stream: { stream_descriptor: { name }, stream_state: { upTo } },
  });
  await writeFile(file, JSON.stringify([state("a", 1), state("b", 1)]));
  const messages = [
    { type: "STATE", state: { ...state("b", 2), destinationStats: { recordCount: 1 } } },
    { type: "LOG", log: { level: "INFO", message: "line\u2028separator" } },
    { type: "STATE", state: state("c", 1) },
    { type: "STATE", state: state("b", 3) },
  ];
  const child = spawn(process.execPath, [join(examples, "keep-state.mjs"), file], { stdio: "pipe" });
  child.stdin.end(messages.map((message) => JSON.stringify(message)).join("\n"));
  expect(await ended(child)).toEqual({ exitCode: 0, output: "INFO line\u2028separator\n" });
  expect(await stateIn(file)).toEqual([state("a", 1), state("b", 3), state("c", 1)]);
});

describe("kubernetes.yaml", () => {
  interface Container {
    name: string;
    image: string;
    command: string[];
    volumeMounts: { name: string; mountPath: string }[];
    securityContext: object;
  }
  const text = readFileSync(join(examples, "kubernetes.yaml"), "utf8");
  const documents = parseAllDocuments(text, { merge: true });
  const [cronJob, claim] = documents.map((document) => document.toJS());
  const pod = cronJob.spec.jobTemplate.spec.template.spec;
  const containers: Container[] = [...pod.initContainers, ...pod.containers];

  test("is YAML of a CronJob and the claim that it names", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(cronJob).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob" });
    expect(claim).toMatchObject({ kind: "PersistentVolumeClaim" });
    const names = pod.volumes.map(({ name }: { name: string }) => name);
    expect(JSON.stringify(pod.volumes)).toContain(claim.metadata.name);
    for (const { volumeMounts } of containers)
      for (const { name } of volumeMounts) expect(names).toContain(name);
  });

  test("runs nothing as root, and nothing that may become it", () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    for (const { securityContext } of containers)
      expect(securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
  });

  test("has commands that sync two workspaces, side by side", async () => {
    const target = world.newTarget();
    for (const name of ["sync", "state", "config"]) await mkdir(join(folder, name));
    await prepare(join(folder, "config"), target);
    /** Starts a container's command with its mounts in the folder of the test. */
    const run = ({ command: [shell = "", ...args], image }: Container): ChildProcess => {
      const connector = image.replace(/^.*\/|:.*$/g, "") as Connector;
      const inFolder = args.map((text) =>
        text.replaceAll(/\/(sync|state|config)\//g, `${folder}/$1/`).replaceAll("/scripts/", `${examples}/`),
      );
      return start(shell, inFolder, { AIRBYTE_ENTRYPOINT: `node ${executable(connector)}` });
    };
    const [prepared, source, destination] = containers as [Container, Container, Container];
    expect(await ended(run(prepared))).toEqual({ exitCode: 0, output: "" });
    const [read, written] = await Promise.all([ended(run(source)), ended(run(destination))]);
    expect(read).toEqual({ exitCode: 0, output: "" });
    expect(written).toMatchObject({ exitCode: 0, output: expect.stringContaining("60 received") });
    expect(target.users.byExternalId("user-7")).toBeDefined();
    expect(await stateIn(join(folder, "state", "state.json"))).toMatchObject([{ type: "STREAM" }]);
  });
});
