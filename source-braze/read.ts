import { selectedColumns } from "@braze-connectors/shared/airbyte/catalog";
import type { SyncResult } from "@braze-connectors/shared/airbyte/connector";
import type { Context } from "@braze-connectors/shared/airbyte/context";
import { type ConnectorError, configError, toConnectorError } from "@braze-connectors/shared/airbyte/errors";
import { readStreams } from "@braze-connectors/shared/airbyte/source";
import type { StreamStates } from "@braze-connectors/shared/airbyte/state";
import { patient } from "@braze-connectors/shared/braze/retry";
import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import { openBraze } from "./braze";
import { Rest } from "./rest/rest";
import type { Settings } from "./settings";
import { streams } from "./streams";
import type { ReadRequest, Source, Stream } from "./streams/stream";

/** Reads the configured streams one after the other. One that can't be read fails, when its turn comes. */
export async function read(
  settings: Settings,
  catalog: ConfiguredAirbyteCatalog,
  states: StreamStates,
  context: Context,
): Promise<SyncResult> {
  const chosen = catalog.streams.map((asked) => choose(asked, settings, context));
  const braze = openBraze(settings, context, patient);
  try {
    const parents = chosen.flatMap(({ stream }) => (stream instanceof Error ? [] : (stream.parent ?? [])));
    const source: Source = { settings, braze, context, rest: new Rest(braze, context, new Set(parents)) };
    const readings = chosen.map(({ configured, stream }) => ({
      configured,
      read: async (emitter: Parameters<Stream["read"]>[2]) => {
        if (stream instanceof Error) throw stream;
        if (isLeft(stream, settings)) context.log.info(`${stream.name}: read by shard 0.`);
        else await stream.read(source, requestOf(configured, states), emitter);
      },
    }));
    return (await readStreams(readings, context)) ? "complete" : "failed";
  } finally {
    await braze.close();
  }
}

interface Choice {
  configured: ConfiguredAirbyteStream;
  /** Or why it can't be read. */
  stream: Stream | ConnectorError;
}

function choose(asked: ConfiguredAirbyteStream, settings: Settings, { log }: Context): Choice {
  const configured = asOffered(asked);
  try {
    const stream = chooseStream(configured, settings);
    if (configured !== asked)
      log.info(`${stream.name}: read as a full refresh, the only sync mode that it is offered in.`);
    return { configured, stream };
  } catch (error) {
    return { configured, stream: toConnectorError(error) };
  }
}

/** Whether another shard reads the stream: what comes from Braze in answers can't be shared as files can. */
const isLeft = ({ isShared }: Stream, { shard }: Settings): boolean =>
  shard !== undefined && shard.index > 0 && isShared !== true;

/**
 * Some hosts (PyAirbyte) configure every stream as incremental, whatever `discover` offers; nobody chose
 * that. A stream offered only as a full refresh is read so.
 */
export function asOffered(configured: ConfiguredAirbyteStream): ConfiguredAirbyteStream {
  const { stream, sync_mode: mode } = configured;
  const isOffered = mode !== "incremental" || stream.supported_sync_modes.includes(mode);
  return isOffered ? configured : { ...configured, sync_mode: "full_refresh" };
}

/**
 * The stream that a configured stream means.
 * @throws config_error for a stream that this source does not have, or that the config has no settings for
 */
export function chooseStream(
  { stream: { name }, sync_mode: mode }: ConfiguredAirbyteStream,
  settings: Settings,
): Stream {
  const stream = streams.find((candidate) => candidate.name === name);
  if (!stream) {
    const available = streams.map((candidate) => candidate.name).join(", ");
    throw configError(
      `The catalog names the stream "${name}", which source-braze does not have: ${available}.`,
      { help: "stream-unreadable" },
    );
  }
  if (mode !== "full_refresh") {
    const only = `The stream ${name} can only be read with the sync mode full_refresh, not ${mode}.`;
    if (stream.cursor === undefined) throw configError(only, { help: "stream-unreadable" });
    const lacking = stream.missingForIncremental?.(settings);
    if (lacking !== undefined)
      throw configError(`${only} For ${mode}, ${lacking}`, { help: "stream-unreadable" });
  }
  const missing = stream.missingSetting(settings);
  if (missing !== undefined)
    throw configError(`The stream ${name} can't be read: ${missing}`, { help: "stream-unreadable" });
  return stream;
}

function requestOf(configured: ConfiguredAirbyteStream, states: StreamStates): ReadRequest {
  const columns = selectedColumns(configured);
  return {
    incremental: configured.sync_mode === "incremental",
    columns: columns.length === 0 ? undefined : columns,
    state: states.get(configured.stream.name),
    sync: configured.sync_id,
  };
}
