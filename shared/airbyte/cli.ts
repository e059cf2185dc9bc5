import { type Arguments, helpText, parseArguments } from "./arguments";
import { parseCatalog } from "./catalog";
import { parseConfig, readJsonFile } from "./config";
import type { Connector } from "./connector";
import type { Context } from "./context";
import { ConnectorError, errorMessage, StoppedError, toConnectorError } from "./errors";
import { Output } from "./output";
import { liveLineOfProcess } from "./own-terminal";
import { Secrets, secretKeys, secretValues } from "./secrets";
import { endBySignal, listenForShutdown, type Shutdown } from "./shutdown";
import { parseStates } from "./state";
import { readStdin } from "./stdin";
import { DescriptorSink, keepStdoutForMessages, OutputClosedError } from "./stdout";
import { insistOnVerifiedTls } from "./verified-tls";

const usageExitCode = 2;

/** Runs a connector as a process: the entry point of both executables. It ends the process. */
export async function runConnector<Config>(connector: Connector<Config>): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2), connector.commands);
  switch (parsed.kind) {
    case "help":
      process.stdout.write(helpText(connector.name, connector.description, connector.commands));
      return;
    case "version":
      process.stdout.write(`${connector.version}\n`);
      return;
    case "mistake":
      process.stderr.write(`${connector.name}: ${parsed.message}. See ${connector.name} --help.\n`);
      process.exitCode = usageExitCode;
      return;
    case "run":
      return runCommand(connector, parsed.arguments);
  }
}

async function runCommand<Config>(connector: Connector<Config>, args: Arguments): Promise<void> {
  keepStdoutForMessages();
  const secrets = new Secrets();
  const liveLine = liveLineOfProcess();
  const shutdown = listenForShutdown(() => liveLine?.clear());
  const output = new Output(new DescriptorSink(1, shutdown.stop, liveLine), secrets);
  const context: Context = { output, log: output.log, secrets, stop: shutdown.signal, liveLine };
  insistOnVerifiedTls(process.env, output.log);
  const fail = async (error: unknown): Promise<void> => {
    await reportFailure(error, connector.name, output, shutdown);
    end(1, shutdown);
  };
  // A defect in something that nobody awaits reaches the host too, and without secrets.
  process.once("uncaughtException", fail);
  // Without this, waiting for something that can't happen any more would end the process as a success.
  process.once("beforeExit", () => fail(new Error("the command waits for something that will not happen")));
  try {
    const exitCode = await perform(connector, args, context);
    await output.flush();
    end(exitCode, shutdown);
  } catch (error) {
    await fail(error);
  }
}

function end(exitCode: number, shutdown: Shutdown): void {
  const signal = shutdown.received();
  if (signal) endBySignal(signal);
  else process.exit(exitCode);
}

/** Tells the host of a failure; that a stop it asked for kept the sync from completing is no news to it. */
async function reportFailure(
  error: unknown,
  name: string,
  output: Output,
  shutdown: Shutdown,
): Promise<void> {
  try {
    if (!shutdown.signal.aborted) output.error(toConnectorError(error));
    await output.flush();
  } catch (broken) {
    process.stderr.write(`${name}: ${errorMessage(broken)}.\n`);
  }
}

async function perform<Config>(
  connector: Connector<Config>,
  args: Arguments,
  context: Context,
): Promise<number> {
  if (args.command === "spec") {
    context.output.spec(connector.spec);
    return 0;
  }
  if (args.command === "check") {
    await check(connector, args, context);
    return 0;
  }
  const config = await loadConfig(connector, args, context);
  const commands = await connector.loadCommands();
  if (args.command === "discover" && commands.discover) {
    const found = await commands.discover(config, context);
    if ("catalog" in found) context.output.catalog(found.catalog);
    else context.output.destinationCatalog(found.destinationCatalog);
    return 0;
  }
  const catalog = parseCatalog(await readJsonFile(args.catalog ?? "", "catalog"));
  if (args.command === "read" && commands.read) {
    const states = parseStates(args.state === undefined ? {} : await readJsonFile(args.state, "state"));
    return exitCodeOf(await commands.read({ config, catalog, states }, context));
  }
  if (args.command === "write" && commands.write) {
    const input = readStdin(context.stop);
    return exitCodeOf(await commands.write({ config, catalog, input, dryRun: args.dryRun }, context));
  }
  throw new Error(`${connector.name} does not implement ${args.command}`);
}

const exitCodeOf = (result: "complete" | "failed"): number => (result === "complete" ? 0 : 1);

/** `check` answers FAILED with the reason, and succeeds as a command either way. */
async function check<Config>(connector: Connector<Config>, args: Arguments, context: Context): Promise<void> {
  try {
    const config = await loadConfig(connector, args, context);
    const commands = await connector.loadCommands();
    await commands.check(config, context);
    context.output.connectionStatus();
  } catch (error) {
    if (error instanceof StoppedError || error instanceof OutputClosedError) throw error;
    const failure = toConnectorError(error);
    if (!(error instanceof ConnectorError)) context.log.error(failure.internal ?? failure.message);
    context.output.connectionStatus(failure);
  }
}

async function loadConfig<Config>(
  connector: Connector<Config>,
  args: Arguments,
  context: Context,
): Promise<Config> {
  const raw = await readJsonFile(args.config ?? "", "config");
  const schema = connector.spec.connectionSpecification;
  for (const value of secretValues(raw, secretKeys(schema))) context.secrets.add(value);
  const { config, unknownKeys } = parseConfig<Config>(raw, await connector.loadValidator(), schema);
  for (const key of unknownKeys) context.log.warn(`The config key "${key}" is not known and is ignored.`);
  return config;
}
