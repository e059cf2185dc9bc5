import type { Context } from "@braze-connectors/shared/airbyte/context";
import { brisk } from "@braze-connectors/shared/braze/retry";
import type { AirbyteCatalog, AirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import { openBraze } from "./braze";
import type { Settings } from "./settings";
import { streams } from "./streams";
import type { Source, Stream } from "./streams/stream";

/** The streams that the config makes readable. A stream that it does not is left out with a log line saying why. */
export async function discover(settings: Settings, context: Context): Promise<AirbyteCatalog> {
  const braze = openBraze(settings, context, brisk);
  try {
    const source: Source = { settings, braze, context };
    const found: AirbyteStream[] = [];
    for (const stream of streams) {
      const missing = stream.missingSetting(settings);
      if (missing === undefined) found.push(await describe(stream, source));
      else context.log.warn(`The stream ${stream.name} is not offered: ${missing}`);
    }
    return { streams: found };
  } finally {
    await braze.close();
  }
}

async function describe(stream: Stream, source: Source): Promise<AirbyteStream> {
  return {
    name: stream.name,
    json_schema: await stream.schema(source),
    supported_sync_modes: ["full_refresh"],
    source_defined_primary_key: stream.primaryKey.map((column) => [column]),
    is_resumable: stream.isResumable,
    // The protocol wants it said for resumable streams: what they resume from is theirs, not the user's.
    ...(stream.isResumable ? { source_defined_cursor: true } : {}),
  };
}
