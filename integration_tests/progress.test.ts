import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable } from "./harness";
import { type SandboxBraze, startBraze, type Workspace } from "./sandbox";
import { addSegment } from "./source-world";
import { hasTerminals, startInTerminal } from "./terminal";

const can = hasTerminals();
if (!can && process.env.CI !== "true") {
  process.stderr.write(
    "progress.test.ts is skipped: there is no `script` of util-linux to make a terminal.\n",
  );
}

let braze: SandboxBraze;
let folder: string;

beforeAll(async () => {
  braze = await startBraze();
  folder = await mkdtemp(join(tmpdir(), "progress-test-"));
});
afterAll(async () => {
  await braze.close();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;
async function file(content: object | string): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.json`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const catalogOf = (stream: string) => ({
  streams: [
    {
      stream: {
        name: stream,
        json_schema: { properties: { external_id: {} } },
        supported_sync_modes: ["full_refresh"],
      },
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
    },
  ],
});

/** The arguments of a command, with its files. */
async function args(command: string, config: object, stream: string): Promise<string> {
  return `${command} --config ${await file(config)} --catalog ${await file(catalogOf(stream))}`;
}

const source = executable("source-braze");
const destination = executable("destination-braze");

/** A workspace that takes two requests a second, so that there is something to see. */
async function slowWrite(
  stream = "users",
): Promise<{ command: string; input: string; workspace: Workspace }> {
  const workspace = braze.createWorkspace();
  const config = {
    url: braze.url,
    api_key: workspace.apiKey,
    object_storage_config: { storage_type: "None" },
    limits: { requests_per_3_seconds: 6, objects_per_request: 50 },
  };
  // Every third record has no identifier: it is rejected with a line in the log.
  const records = Array.from({ length: 300 }, (_, index) => ({
    type: "RECORD",
    record: {
      stream: "users",
      emitted_at: 1,
      data: { ...(index % 3 === 0 ? {} : { external_id: `u${index}` }), note: "x".repeat(60) },
    },
  }));
  const state = {
    type: "STATE",
    state: { type: "STREAM", stream: { stream_descriptor: { name: "users" }, stream_state: {} } },
  };
  const input = [...records, state].map((message) => JSON.stringify(message)).join("\n");
  return {
    command: `${destination} ${await args("write", config, stream)}`,
    input: await file(`${input}\n`),
    workspace,
  };
}

const live = /^(\d[\d,]* records?|segment_users: )/;

/** The messages on a screen; one that something got into is none any more. */
const messagesOn = (lines: readonly string[]): { type: string; log?: { message: string } }[] =>
  lines.map((text) => JSON.parse(text));

(can || process.env.CI === "true" ? describe : describe.skip)("on a terminal", () => {
  test("write shows how far it is in one line that log lines don't tear, and takes it away at the end", async () => {
    const { command, input } = await slowWrite();
    const { ended } = startInTerminal(`${command} < ${input}`, 100);
    const { code, screen } = await ended;
    expect(code).toBe(0);

    const drawn = screen.overwritten.filter((text) => live.test(text));
    expect(drawn.length).toBeGreaterThan(3);
    expect(new Set(drawn.map((text) => text.length > 99))).toEqual(new Set([false]));
    expect(drawn.at(-1)).toMatch(/^300 records · [\d.,]+\/s · \d+ delivered · 100 rejected · waiting for /);
    // What was overwritten was the live line and nothing else.
    expect(screen.overwritten.filter((text) => !live.test(text) && !text.endsWith("}"))).toEqual([]);

    const messages = messagesOn(screen.lines);
    expect(messages.filter(({ log }) => log?.message.startsWith("Rejected a record"))).toHaveLength(100);
    expect(messages.filter(({ type }) => type === "STATE")).toHaveLength(1);
    expect(screen.lines.join("")).not.toMatch(/ · /);
  });

  test("the line fits a narrow terminal", async () => {
    const { command, input } = await slowWrite();
    const { ended } = startInTerminal(`${command} < ${input} > /dev/null`, 30);
    const { code, screen } = await ended;
    expect(code).toBe(0);
    expect(screen.lines).toEqual([]);
    expect(screen.overwritten.length).toBeGreaterThan(3);
    for (const text of screen.overwritten) {
      expect(text).toMatch(live);
      expect(text.length).toBeLessThan(30);
    }
  });

  test("a stop leaves no line behind", async () => {
    const { command, input } = await slowWrite();
    // Without the end of the input it goes on until it is stopped.
    const {
      process: script,
      screen,
      ended,
    } = startInTerminal(`(cat ${input}; sleep 60) | ${command} > /dev/null`, 100);
    await screen.until(({ current }) => live.test(current));
    script.stdin?.write("\u0003");
    await ended;
    // The terminal itself says ^C, at the end of the line that is then taken away.
    expect(screen.lines.join("")).not.toMatch(/records/);
  });

  test("a second stop, which ends it at once, leaves none behind either", async () => {
    const { command, input, workspace } = await slowWrite();
    workspace.faults.add({ kind: "delay", delayMs: 12_000, times: Number.POSITIVE_INFINITY });
    const { process: script, screen, ended } = startInTerminal(`${command} < ${input} > /dev/null`, 100);
    await screen.until(({ current }) => /waiting for Braze's answers/.test(current));
    script.stdin?.write("\u0003");
    await screen.until(({ current }) => current.includes("^C"));
    script.stdin?.write("\u0003");
    const stoppedAtMs = Date.now();
    await ended;
    // The first stop alone waits eight seconds for answers.
    expect(Date.now() - stoppedAtMs).toBeLessThan(7000);
    expect(screen.lines.join("")).not.toMatch(/records/);
  });

  /** A workspace whose export takes a while. */
  async function slowRead(): Promise<string> {
    const workspace = braze.createWorkspace({ exports: { delayMs: 2500 } });
    const segment = addSegment(workspace, 400);
    const config = {
      url: braze.url,
      api_key: workspace.apiKey,
      segment_ids: [segment.id],
      segment_export: { poll_interval_seconds: 0.1, settle_seconds: 0.3 },
    };
    return `${source} ${await args("read", config, "segment_users")}`;
  }

  test("read shows the stream and how many records it has brought", async () => {
    const out = join(folder, "out.jsonl");
    const { code, screen } = await startInTerminal(`${await slowRead()} > ${out}`, 80).ended;
    expect(code).toBe(0);
    expect(screen.lines).toEqual([]);
    expect(screen.overwritten.some((text) => /^segment_users: 0 .*waiting for Braze$/.test(text))).toBe(true);
    const records = (await readFile(out, "utf8"))
      .split("\n")
      .filter((text) => text.startsWith('{"type":"RECORD"'));
    expect(records).toHaveLength(400);
  });

  test("a terminal of its own is drawn on, also when a program reads the messages", async () => {
    const read = await slowRead();
    // In a session of its own, stderr is a terminal but not that of the session.
    const { code, screen } = await startInTerminal(`setsid --wait bash -c "${read} | cat > /dev/null"`, 80)
      .ended;
    expect(code).toBe(0);
    expect(screen.overwritten.some((text) => live.test(text))).toBe(true);
    expect(screen.lines).toEqual([]);
  });

  test("in a pipe of both there is one line: that of the last one", async () => {
    const { command } = await slowWrite("segment_users");
    const { code, screen } = await startInTerminal(`set -o pipefail; ${await slowRead()} | ${command}`, 120)
      .ended;
    expect(code).toBe(0);
    const drawn = screen.overwritten.filter((text) => live.test(text));
    expect(drawn.length).toBeGreaterThan(3);
    for (const text of drawn) expect(text).toMatch(/^[\d,]+ records? /);
    expect(() => messagesOn(screen.lines)).not.toThrow();
  });
});
