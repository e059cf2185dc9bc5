import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import validateMessage from "@braze-connectors/spec/validators/validateMessage";

const secret = "fixture-secret-key";
const folder = mkdtempSync(join(tmpdir(), "cli-test-"));
const executable = join(folder, "fixture.js");

beforeAll(() => {
  const repository = join(__dirname, "../..");
  execFileSync(join(repository, "node_modules/.bin/esbuild"), [
    join(repository, "shared/testing/fixture-connector.ts"),
    "--bundle",
    "--platform=node",
    "--log-level=warning",
    `--outfile=${executable}`,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const configFile = (behaviour: string, more: object = {}): string =>
  file({ url: "https://rest.iad-01.braze.com", api_key: secret, segment_ids: [behaviour], ...more });

const catalogFile = (): string =>
  file({
    streams: [
      {
        stream: { name: "users", json_schema: {}, supported_sync_modes: ["full_refresh"] },
        sync_mode: "full_refresh",
        destination_sync_mode: "append",
      },
    ],
  });

const start = (args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [executable, ...args], { env: { ...process.env, ...env } });

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

async function end(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    texts.stderr += chunk;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, ...texts };
}

const run = (args: string[], env?: NodeJS.ProcessEnv): Promise<Ended> => end(start(args, env));

function messagesOf({ stdout }: Ended): AirbyteMessage[] {
  expect(stdout).not.toContain(secret);
  expect(stdout === "" || stdout.endsWith("\n")).toBe(true);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const message: unknown = JSON.parse(line);
      expect({ line, valid: validateMessage(message) }).toEqual({ line, valid: true });
      return message as AirbyteMessage;
    });
}

const errorOf = (ended: Ended) => messagesOf(ended).find(({ trace }) => trace?.error)?.trace?.error;
const logOf = (ended: Ended) => messagesOf(ended).flatMap(({ log }) => (log ? [log.message] : []));

/** Resolves when the process has said something that contains a text. */
const untilSaid = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve) => {
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      if (said.includes(text)) resolve();
    });
  });

describe("the command line", () => {
  test("--help and --version answer in plain text", async () => {
    const help = await run(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("fixture check --config FILE");
    expect(await run(["--version"])).toMatchObject({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });

  test("a mistake is one line and exit code 2", async () => {
    expect(await run(["reed"])).toEqual({
      code: 2,
      signal: null,
      stdout: "",
      stderr: "fixture: Unknown command 'reed'. See fixture --help.\n",
    });
  });
});

describe("spec", () => {
  test("is one message with the schema that forms are made of", async () => {
    const ended = await run(["spec"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const [message, ...more] = messagesOf(ended);
    expect(more).toEqual([]);
    expect(message?.spec?.connectionSpecification).toHaveProperty("properties.api_key.airbyte_secret", true);
  });
});

describe("check", () => {
  const check = (config: string) => run(["check", "--config", config]);
  const statusOf = (ended: Ended) => messagesOf(ended).at(-1)?.connectionStatus;

  test("SUCCEEDED, with a warning for every key that is not known", async () => {
    const ended = await check(configFile("succeed", { start_day: "2020-01-01" }));
    expect(ended.code).toBe(0);
    expect(statusOf(ended)).toEqual({ status: "SUCCEEDED" });
    expect(logOf(ended)).toEqual(['The config key "start_day" is not known and is ignored.']);
  });

  test.each([
    ["what the connector finds", configFile("refuse the key"), "Check api_key."],
    [
      "a wrong config",
      file({ api_key: secret }),
      'The config is not right: "url" is missing. (docs/troubleshooting.md#config-invalid)',
    ],
    [
      "a config with its values in the wrong places",
      file({ url: "no", api_key: [secret] }),
      'The config is not right: "url" must have the form https://rest.iad-01.braze.com; "api_key" must be a string. (docs/troubleshooting.md#config-invalid)',
    ],
  ])("FAILED with a sentence, and exit code 0: %s", async (_, config, message) => {
    const ended = await check(config);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(statusOf(ended)).toEqual({ status: "FAILED", message });
  });

  test("a config file that is broken, or not there, is FAILED too", async () => {
    const broken = await check(file(`{"api_key":"${secret}"`));
    expect(broken.code).toBe(0);
    expect(statusOf(broken)?.message).toMatch(/^The config file .* is not valid JSON/);
    expect(statusOf(await check("/nowhere.json"))?.message).toBe(
      "The config file /nowhere.json does not exist. (docs/troubleshooting.md#config-invalid)",
    );
  });

  test("what others print does not get between the messages", async () => {
    const ended = await check(configFile("print as some libraries do"));
    expect(ended.code).toBe(0);
    expect(statusOf(ended)?.status).toBe("SUCCEEDED");
    expect(ended.stdout).not.toContain("printed");
    expect(ended.stderr).toBe("printed by a library\n");
  });

  test("a defect is FAILED as well, and the log says where it is", async () => {
    const ended = await check(configFile("meet a defect"));
    expect(ended.code).toBe(0);
    expect(statusOf(ended)?.message).toBe(
      "The connector met an unexpected problem: cannot read **** of undefined (docs/troubleshooting.md#unexpected)",
    );
    expect(logOf(ended).join("\n")).toContain("fixture.js");
  });
});

describe("failures become a TRACE ERROR and exit code 1", () => {
  const discover = (config: string, env?: NodeJS.ProcessEnv) => run(["discover", "--config", config], env);

  test.each([
    ["an error for the user", "refuse the key", "config_error", "Check api_key."],
    [
      "a defect",
      "meet a defect",
      "system_error",
      "The connector met an unexpected problem: cannot read **** of undefined (docs/troubleshooting.md#unexpected)",
    ],
    [
      "a defect that nobody awaits",
      "forget to await a defect",
      "system_error",
      "The connector met an unexpected problem: nobody awaits this; **** (docs/troubleshooting.md#unexpected)",
    ],
    [
      "waiting for what can't happen any more",
      "wait for what never comes",
      "system_error",
      "The connector met an unexpected problem: the command waits for something that will not happen (docs/troubleshooting.md#unexpected)",
    ],
  ])("%s", async (_, behaviour, failure_type, message) => {
    const ended = await discover(configFile(behaviour));
    expect(ended).toMatchObject({ code: 1, signal: null, stderr: "" });
    expect(errorOf(ended)).toMatchObject({ failure_type, message });
  });

  test("a part of the connector that can't be loaded", async () => {
    const ended = await discover(configFile("succeed"), { FIXTURE_BROKEN: "yes" });
    expect(ended.code).toBe(1);
    expect(errorOf(ended)?.message).toBe(
      "The connector met an unexpected problem: Cannot find module 'undici' (docs/troubleshooting.md#unexpected)",
    );
  });

  test("a catalog or state that is none", async () => {
    const config = configFile("succeed");
    const noCatalog = await run(["read", "--config", config, "--catalog", file([])]);
    expect(noCatalog.code).toBe(1);
    expect(errorOf(noCatalog)?.message).toMatch(/^The catalog is not a configured Airbyte catalog/);
    const noState = await run(["read", "--config", config, "--catalog", catalogFile(), "--state", file("7")]);
    expect(noState.code).toBe(1);
    expect(errorOf(noState)?.message).toMatch(/^The state file must hold/);
  });
});

describe("discover", () => {
  test("answers with the catalog", async () => {
    const ended = await run(["discover", "--config", configFile("succeed")]);
    expect(ended.code).toBe(0);
    expect(messagesOf(ended)).toEqual([{ type: "CATALOG", catalog: { streams: [] } }]);
  });
});

describe("read", () => {
  const args = (behaviour: string) => ["read", "--config", configFile(behaviour), "--catalog", catalogFile()];

  test("gets the states of the state file", async () => {
    const ended = await run([...args("succeed"), "--state", file({ users: { cursor: 1 } })]);
    expect(ended.code).toBe(0);
    expect(logOf(ended)).toContain('states: [["users",{"cursor":1}]]');
  });

  test("a stream that failed is exit code 1", async () => {
    const ended = await run(args("refuse the key"));
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ message: "Check api_key.", stream_descriptor: { name: "users" } });
  });

  test("all output arrives, however slowly it is read", async () => {
    const child = start(args("flood"));
    child.stdout?.pause();
    setTimeout(() => child.stdout?.resume(), 100);
    const ended = await end(child);
    const lines = ended.stdout.split("\n");
    expect(lines.filter((line) => line.includes('"RECORD"'))).toHaveLength(50_000);
    expect(lines.at(-2)).toContain("users: complete, 50000 records.");
    expect(ended.code).toBe(0);
  });

  test("a reader that goes away is one line on stderr", async () => {
    const child = start(args("flood"));
    child.stdout?.once("data", () => child.stdout?.destroy());
    const ended = await end(child);
    expect(ended).toMatchObject({ code: 1, stderr: "fixture: the reader of the output went away.\n" });
  });

  test("a reader that goes away ends the waiting as well", async () => {
    const child = start(args("wait for long"));
    child.stdout?.destroy();
    expect(await end(child)).toMatchObject({
      code: 1,
      stderr: "fixture: the reader of the output went away.\n",
    });
  });
});

describe("a signal", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s stops the waiting, and the process ends by it",
    async (signal) => {
      const child = start(["read", "--config", configFile("wait for long"), "--catalog", catalogFile()]);
      const ending = end(child);
      await untilSaid(child, "waiting");
      child.kill(signal);
      const ended = await ending;
      expect(ended).toMatchObject({ code: null, signal, stderr: "" });
      expect(errorOf(ended)).toBeUndefined();
      expect(messagesOf(ended).at(-1)?.trace?.stream_status?.status).toBe("INCOMPLETE");
    },
  );

  test("a second one does not wait for anything", async () => {
    const child = start(["discover", "--config", configFile("ignore the stop")]);
    const ending = end(child);
    await untilSaid(child, "working");
    child.kill("SIGTERM");
    await untilSaid(child, "heard the stop");
    child.kill("SIGTERM");
    expect(await ending).toMatchObject({ signal: "SIGTERM", stderr: "" });
  });

  test("SIGTERM ends a write whose host is silent and keeps stdin open", async () => {
    const child = start(["write", "--config", configFile("succeed"), "--catalog", catalogFile()]);
    const ending = end(child);
    child.stdin?.write("one\ntwo\ncut o");
    await untilSaid(child, "lines so far: 2");
    child.kill("SIGTERM");
    const ended = await ending;
    expect(ended).toMatchObject({ signal: "SIGTERM", stderr: "" });
    expect(logOf(ended).at(-1)).toBe("lines in all: 2");
  });
});

describe("write", () => {
  test("reads stdin to its end", async () => {
    const child = start(["write", "--config", configFile("succeed"), "--catalog", catalogFile()]);
    child.stdin?.end("one\ntwo\nthree");
    const ended = await end(child);
    expect(ended.code).toBe(0);
    expect(logOf(ended).at(-1)).toBe("lines in all: 3");
  });
});
