import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import { FakeClock } from "@braze-connectors/shared/testing/fake-clock";
import { MemoryOutput } from "@braze-connectors/shared/testing/memory-output";
import { Rest } from "../rest/rest";
import { settingsOf } from "../settings";
import type { Stream } from "../streams/stream";
import { FakeBraze } from "./fake-braze";

export interface Reading {
  /** What Braze answers, by path. */
  answers: ConstructorParameters<typeof FakeBraze>[0];
  startDate?: string;
  appIds?: string[];
  incremental?: boolean;
  state?: JsonObject;
  /** Lists that other selected streams need. */
  neededLists?: string[];
  /** Epoch ms; default noon of 2 January 2026. */
  nowMs?: number;
}

/** What reading a stream did. */
export interface WasRead {
  records: JsonObject[];
  states: JsonObject[];
  warnings: string[];
  requests: FakeBraze["requests"];
}

export const noonMs = Date.UTC(2026, 0, 2, 12);

/** Reads a stream from a fake Braze; several streams share what a sync shares. */
export async function readStream(stream: Stream, reading: Reading): Promise<WasRead> {
  const [was] = await readStreams([stream], reading);
  return was as WasRead;
}

export async function readStreams(streams: readonly Stream[], reading: Reading): Promise<WasRead[]> {
  const braze = new FakeBraze(reading.answers);
  const output = new MemoryOutput();
  const { secrets } = output;
  const context = {
    output: output.output,
    log: output.output.log,
    secrets,
    stop: new AbortController().signal,
  };
  const clock = new FakeClock(reading.nowMs ?? noonMs);
  const rest = new Rest(braze, context, new Set(reading.neededLists), clock);
  const settings = settingsOf({
    url: braze.endpoint,
    api_key: "key",
    start_date: reading.startDate,
    app_ids: reading.appIds,
  });
  const request = { columns: undefined, incremental: reading.incremental ?? false, state: reading.state };
  const all: WasRead[] = [];
  for (const stream of streams) {
    const from = output.lines.length;
    const asked = braze.requests.length;
    await stream.read(
      { settings, braze, context, rest },
      request,
      new StreamEmitter(stream.name, output.output),
    );
    const messages = output.messages().slice(from);
    all.push({
      records: messages.flatMap(({ record }) => (record ? [record.data as JsonObject] : [])),
      states: messages.flatMap(({ state }) => (state ? [state.stream?.stream_state as JsonObject] : [])),
      warnings: messages.flatMap(({ log }) => (log?.level === "WARN" ? [log.message] : [])),
      requests: braze.requests.slice(asked),
    });
  }
  return all;
}
