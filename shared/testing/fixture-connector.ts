/** A connector for cli.test.ts: what it does is named by the first of its `segment_ids`. */
import connectionSpecification from "@braze-connectors/spec/schemas/source-braze";
import type { BrazeSourceConfig } from "@braze-connectors/spec/source-braze";
import validateSourceConfig from "@braze-connectors/spec/validators/validateSourceConfig";
import { runConnector } from "../airbyte/cli";
import type { Commands } from "../airbyte/connector";
import { type Context, sleep } from "../airbyte/context";
import { configError } from "../airbyte/errors";
import { readLines } from "../airbyte/lines";
import { readStreams } from "../airbyte/source";

const floodRecords = 50_000;

type Behaviour = (context: Context) => Promise<void>;

const behaviours: Record<string, Behaviour> = {
  succeed: async () => undefined,
  "refuse the key": async () => {
    throw configError("Check api_key.", { internal: "the key was fixture-secret-key" });
  },
  "meet a defect": async () => {
    throw new TypeError("cannot read fixture-secret-key of undefined");
  },
  "forget to await a defect": async ({ stop }) => {
    setImmediate(() => void Promise.reject(new Error("nobody awaits this; fixture-secret-key")));
    await sleep(60_000, stop);
  },
  "print as some libraries do": async () => {
    process.stdout.write("printed by a library\n");
  },
  "wait for what never comes": () => new Promise(() => undefined),
  "ignore the stop": ({ stop, log }) => {
    stop.addEventListener("abort", () => log.info("heard the stop"));
    log.info("working");
    return sleep(60_000, new AbortController().signal);
  },
  "wait for long": ({ stop, log }) => {
    log.info("waiting");
    return sleep(60_000, stop);
  },
};

const behave = ({ segment_ids }: BrazeSourceConfig, context: Context): Promise<void> =>
  (behaviours[segment_ids?.[0] ?? "succeed"] ?? (() => Promise.reject(new Error("unknown behaviour"))))(
    context,
  );

const commands: Commands<BrazeSourceConfig> = {
  check: behave,
  discover: async (config, context) => {
    await behave(config, context);
    return { catalog: { streams: [] } };
  },
  read: async ({ config, catalog, states }, context) => {
    context.log.info(`states: ${JSON.stringify([...states])}`);
    const complete = await readStreams(
      catalog.streams.map((configured) => ({
        configured,
        read: async (emitter) => {
          if (config.segment_ids?.[0] !== "flood") return behave(config, context);
          for (let id = 0; id < floodRecords; id += 1) await emitter.record({ id, text: "x".repeat(100) });
        },
      })),
      context,
    );
    return complete ? "complete" : "failed";
  },
  write: async ({ input }, context) => {
    let count = 0;
    for await (const { starts } of readLines(input, 1 << 20, () => new Error("too long"), context.stop)) {
      count += starts.length;
      context.log.info(`lines so far: ${count}`);
    }
    context.log.info(`lines in all: ${count}`);
    return "complete";
  },
};

void runConnector<BrazeSourceConfig>({
  name: "fixture",
  version: "1.2.3",
  description: "A connector for tests.",
  commands: ["spec", "check", "discover", "read", "write"],
  spec: { connectionSpecification },
  loadValidator: async () => validateSourceConfig,
  loadCommands: async () => {
    if (process.env.FIXTURE_BROKEN) throw new Error("Cannot find module 'undici'");
    return commands;
  },
});
