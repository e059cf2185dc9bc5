import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AirbyteCatalog, AirbyteMessage } from "@braze-connectors/spec/airbyte/protocol";
import { note } from "./terminal";

type Connector = "source-braze" | "destination-braze";

export interface Catalog {
  streams: {
    stream: AirbyteCatalog["streams"][number] & { json_schema: { properties?: Record<string, unknown> } };
    sync_mode: "full_refresh";
    destination_sync_mode: "append";
    sync_id?: number;
  }[];
}

const executable = (connector: Connector): string => join(__dirname, "..", "..", connector, "bin", connector);

/** Runs `check` and fails the demo unless it succeeds. */
export async function check(connector: Connector, folder: string, config: object): Promise<void> {
  const messages = await run(connector, [
    "check",
    "--config",
    await jsonFile(folder, `${connector}.json`, config),
  ]);
  const status = messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus;
  if (status?.status !== "SUCCEEDED")
    throw new Error(`${connector} check: ${status?.message ?? "no answer"}`);
  note(`${connector}: ${status.status}`);
}

/** Runs the source's `discover` and configures all of its streams. */
export async function discover(folder: string, config: object): Promise<Catalog> {
  const messages = await run("source-braze", [
    "discover",
    "--config",
    await jsonFile(folder, "source-braze.json", config),
  ]);
  const catalog = messages.find((message) => message.catalog)?.catalog;
  const streams = (catalog?.streams ?? []).filter(({ name }) => name === "segment_users");
  if (streams.length === 0) throw new Error("source-braze discover found no stream segment_users.");
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: "full_refresh",
      destination_sync_mode: "append",
    })),
  };
}

/** Runs `read | write` as a shell would, with no host in between; what both say to people is shown. */
export async function pipe(
  folder: string,
  sourceConfig: object,
  destinationConfig: object,
  catalog: Catalog,
  syncId: number,
): Promise<void> {
  const configured = { streams: catalog.streams.map((stream) => ({ ...stream, sync_id: syncId })) };
  const catalogFile = await jsonFile(folder, "catalog.json", configured);
  const source = spawn(
    executable("source-braze"),
    ["read", "--config", await jsonFile(folder, "source-braze.json", sourceConfig), "--catalog", catalogFile],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const destination = spawn(
    executable("destination-braze"),
    [
      "write",
      "--config",
      await jsonFile(folder, "destination-braze.json", destinationConfig),
      "--catalog",
      catalogFile,
    ],
    { stdio: [source.stdout, "pipe", "inherit"] },
  );
  // The destination has its own copy of the pipe; ours would keep the source from noticing its end.
  source.stdout.destroy();
  const exits = Promise.all([exitCode(source), exitCode(destination)]);
  for await (const message of messagesOf(destination)) showToPeople(message);
  const [read, write] = await exits;
  if (read !== 0 || write !== 0) throw new Error(`read ended with ${read}, write with ${write}.`);
}

function showToPeople({ log, trace }: AirbyteMessage): void {
  if (log) note(log.message);
  if (trace?.error) note(`${trace.error.message}`);
}

async function run(connector: Connector, args: readonly string[]): Promise<AirbyteMessage[]> {
  const child = spawn(executable(connector), args, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = exitCode(child);
  const messages: AirbyteMessage[] = [];
  for await (const message of messagesOf(child)) messages.push(message);
  const error = messages.find(({ trace }) => trace?.error)?.trace?.error;
  if ((await exit) !== 0) throw new Error(`${connector} ${args[0]}: ${error?.message ?? "failed"}`);
  return messages;
}

async function* messagesOf(child: ChildProcess): AsyncGenerator<AirbyteMessage> {
  if (!child.stdout) return;
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as AirbyteMessage;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

async function jsonFile(folder: string, name: string, content: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}
