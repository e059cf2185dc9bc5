import type { Context } from "@braze-connectors/shared/airbyte/context";
import { brisk } from "@braze-connectors/shared/braze/retry";
import type { AirbyteCatalog, AirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import { openBraze } from "./braze";
import { Rest } from "./rest/rest";
import type { Settings } from "./settings";
import { streams } from "./streams";
import type { Source, Stream } from "./streams/stream";

/** The streams that the config makes readable. A stream that it does not is left out with a log line saying why. */
export async function discover(settings: Settings, context: Context): Promise<AirbyteCatalog> {
  const braze = openBraze(settings, context, brisk);
  try {
    const source: Source = { settings, braze, context, rest: new Rest(braze, context) };
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
  const { name, isResumable } = stream;
  const cursor = stream.missingForIncremental?.(source.settings) === undefined ? stream.cursor : undefined;
  return {
    name,
    json_schema: await stream.schema(source),
    supported_sync_modes: cursor === undefined ? ["full_refresh"] : ["full_refresh", "incremental"],
    source_defined_primary_key: stream.primaryKey(source.settings).map((column) => [column]),
    is_resumable: isResumable,
    // The protocol wants it said for resumable streams: what they resume from is theirs, not the user's.
    ...(isResumable || cursor !== undefined ? { source_defined_cursor: true } : {}),
    ...(cursor === undefined ? {} : { default_cursor_field: [cursor] }),
  };
}
