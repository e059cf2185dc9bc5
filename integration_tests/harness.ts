/**
 * Runs a connector as hosts do: as a process, with files for config, catalog and state, talking in
 * Airbyte messages. Every line that it prints to stdout is checked against the protocol's schema.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type {
  AirbyteCatalog,
  AirbyteErrorTraceMessage,
  AirbyteLogMessage,
  AirbyteMessage,
  AirbyteRecordMessage,
  AirbyteStateMessage,
  ConfiguredAirbyteCatalog,
} from "@braze-connectors/spec/airbyte/protocol";
import validateMessage from "@braze-connectors/spec/validators/validateMessage";

export type Connector = "source-braze" | "destination-braze";
export type Command = "spec" | "check" | "discover" | "read" | "write";

/** A file given on the command line: a value to be written as JSON, or the text itself. */
export type FileContent = object | string;

/** What comes on stdin; text, or bytes that are none. */
export type Input = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

export interface RunOptions {
  config?: FileContent;
  catalog?: FileContent;
  state?: FileContent;
  /** Lines for stdin, with their newlines; stdin is closed after them. */
  input?: Input;
  /** Added to the environment. AWS credentials of the machine are left out in any case. */
  env?: Record<string, string>;
  /** More arguments, behind the command. */
  extraArguments?: readonly string[];
}

/** Everything that a finished run said. */
export class Finished {
  constructor(
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
    readonly messages: readonly AirbyteMessage[],
    /** Lines of stdout that are not messages of the protocol, with what is wrong about them. */
    readonly invalidLines: readonly string[],
    /** stdout and stderr as they came. */
    readonly stdout: string,
    readonly stderr: string,
  ) {}

  records(stream?: string): AirbyteRecordMessage[] {
    const all = this.messages.flatMap(({ record }) => (record ? [record] : []));
    return stream === undefined ? all : all.filter((record) => record.stream === stream);
  }

  get states(): AirbyteStateMessage[] {
    return this.messages.flatMap(({ state }) => (state ? [state] : []));
  }

  /** The last state of each stream, as a host would hand it to the next run. */
  get stateFile(): AirbyteStateMessage[] {
    const last = new Map<string, AirbyteStateMessage>();
    for (const state of this.states) last.set(state.stream?.stream_descriptor.name ?? "", state);
    return [...last.values()];
  }

  logs(level?: AirbyteLogMessage["level"]): string[] {
    return this.messages.flatMap(({ log }) =>
      log && (level === undefined || log.level === level) ? [log.message] : [],
    );
  }

  get errors(): AirbyteErrorTraceMessage[] {
    return this.messages.flatMap(({ trace }) => (trace?.error ? [trace.error] : []));
  }

  /** Statuses of a stream in order: STARTED, RUNNING, COMPLETE. */
  statuses(stream: string): string[] {
    return this.messages.flatMap(({ trace }) => {
      const status = trace?.stream_status;
      return status?.stream_descriptor.name === stream ? [status.status] : [];
    });
  }

  get catalog(): AirbyteCatalog {
    const found = this.messages.find(({ catalog }) => catalog !== undefined)?.catalog;
    if (!found) throw new Error(`There is no catalog in ${this.stdout}`);
    return found;
  }

  /** What `check` answered. */
  get check(): { status: string; message?: string } {
    const found = this.messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus;
    if (!found) throw new Error(`There is no CONNECTION_STATUS in ${this.stdout}`);
    return found;
  }

  /** All that was printed, for tests that look for what must not be there. */
  get everything(): string {
    return this.stdout + this.stderr;
  }
}

/** A run under way. */
export interface Running {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Messages so far. */
  readonly messages: readonly AirbyteMessage[];
  /** Resolves with the first message, past or to come, that matches; rejects when the process ends without one. */
  until(matches: (message: AirbyteMessage) => boolean): Promise<AirbyteMessage>;
  readonly finished: Promise<Finished>;
}

/** Starts a connector. Its files live in a temporary folder that goes when the process ends. */
export async function start(
  connector: Connector,
  command: Command,
  options: RunOptions = {},
): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), "run-connector-"));
  const args: string[] = [command];
  for (const name of ["config", "catalog", "state"] as const) {
    const content = options[name];
    if (content === undefined) continue;
    const path = join(directory, `${name}.json`);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    args.push(`--${name}`, path);
  }
  args.push(...(options.extraArguments ?? []));
  const child = spawn(executable(connector), args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...environment(), ...options.env },
  });
  void feed(child.stdin, options.input ?? []);
  return watch(child, () => rm(directory, { recursive: true, force: true }));
}

/** Runs a connector to its end. */
export async function run(
  connector: Connector,
  command: Command,
  options: RunOptions = {},
): Promise<Finished> {
  return (await start(connector, command, options)).finished;
}

export const executable = (connector: Connector): string =>
  join(__dirname, "..", connector, "bin", connector);

/** A configured catalog of a discovered one; `change` edits it. */
export function configure(
  catalog: AirbyteCatalog,
  change: (stream: ConfiguredAirbyteCatalog["streams"][number]) => void = () => undefined,
): ConfiguredAirbyteCatalog {
  return {
    streams: catalog.streams.map((stream) => {
      const configured: ConfiguredAirbyteCatalog["streams"][number] = {
        stream: structuredClone(stream),
        sync_mode: stream.supported_sync_modes[0] ?? "full_refresh",
        destination_sync_mode: "overwrite",
        primary_key: stream.source_defined_primary_key ?? [],
        generation_id: 1,
        minimum_generation_id: 1,
        sync_id: 1,
      };
      change(configured);
      return configured;
    }),
  };
}

function watch(child: Running["process"], cleanUp: () => Promise<void>): Running {
  const messages: AirbyteMessage[] = [];
  const invalidLines: string[] = [];
  const waiting = new Set<(message: AirbyteMessage | undefined) => void>();
  const output = { stdout: "", stderr: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const takeLine = (line: string): void => {
    const parsed = parse(line);
    if (typeof parsed === "string") {
      invalidLines.push(parsed);
      return;
    }
    messages.push(parsed);
    for (const notify of waiting) notify(parsed);
  };
  // Not node:readline, which also ends a line at U+2028: a character that may stand in JSON strings.
  let unfinished = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    // A line of many megabytes must not be searched again with every piece of it.
    if (!text.includes("\n")) {
      unfinished += text;
      return;
    }
    const lines = (unfinished + text).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) takeLine(line);
  });
  const finished = (async () => {
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, name) => resolve([code, name]));
      },
    );
    if (unfinished !== "") invalidLines.push(`without a newline: ${unfinished}`);
    await cleanUp();
    for (const notify of waiting) notify(undefined);
    return new Finished(exitCode, signal, messages, invalidLines, output.stdout, output.stderr);
  })();
  const until: Running["until"] = (matches) => {
    const past = messages.find(matches);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const notify = (message: AirbyteMessage | undefined): void => {
        if (message !== undefined && !matches(message)) return;
        waiting.delete(notify);
        if (message !== undefined) resolve(message);
        else reject(new Error(`The process ended without the message waited for:\n${output.stdout}`));
      };
      waiting.add(notify);
    });
  };
  return { process: child, messages, until, finished };
}

/** A line as a message, or what is wrong with it. */
function parse(line: string): AirbyteMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return `not JSON: ${line}`;
  }
  if (validateMessage(value)) return value as AirbyteMessage;
  return `${JSON.stringify(validateMessage.errors)}: ${line}`;
}

async function feed(stdin: Writable, input: Input): Promise<void> {
  // A process that ends early closes its stdin: what it makes of that is the test's business.
  stdin.on("error", () => undefined);
  for await (const text of input) {
    if (stdin.destroyed) return;
    if (!stdin.write(text)) await drained(stdin);
  }
  stdin.end();
}

/** Resolves when there is room again, or never will be. Leaves no listener behind: long inputs wait ten thousand times. */
function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off("drain", done).off("close", done);
      resolve();
    };
    stdin.on("drain", done).on("close", done);
  });
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|^NODE_OPTIONS$/.test(name));
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: "true" };
}
