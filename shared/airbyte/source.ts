import type { ConfiguredAirbyteStream } from "@braze-connectors/spec/airbyte/protocol";
import type { JsonObject } from "../json";
import type { Context } from "./context";
import { type ConnectorError, StoppedError, toConnectorError } from "./errors";
import type { Output, RecordEnvelope } from "./output";
import { ReadingProgress } from "./reading-progress";
import { showProgress } from "./show-progress";
import { OutputClosedError } from "./stdout";
import { wellFormedJson } from "./well-formed";

/** What a stream says while it is read: records, states, and RUNNING at its first record. */
export class StreamEmitter {
  /** Records emitted in this run. */
  total = 0;
  /** Records to be expected, as far as that is known. */
  expected: number | undefined;
  private sinceState = 0;

  constructor(
    readonly stream: string,
    private readonly output: Output,
  ) {}

  /** Emits a record given as JSON text. Await what is returned, if anything: the host reads more slowly. */
  recordJson(dataJson: string): Promise<void> | undefined {
    this.count(1);
    return this.output.record(this.stream, wellFormedJson(dataJson));
  }

  get envelope(): RecordEnvelope {
    return this.output.envelope(this.stream);
  }

  /** Emits records given as their complete lines, which the caller may use anew. Await what is returned, if anything. */
  recordLines(lines: Uint8Array, count: number): Promise<void> | undefined {
    this.count(count);
    return this.output.lines(lines);
  }

  record(data: JsonObject): Promise<void> | undefined {
    return this.recordJson(JSON.stringify(data));
  }

  /** Emits the state that covers every record emitted so far. */
  async state(state: object): Promise<void> {
    const count = this.sinceState;
    this.sinceState = 0;
    await this.output.streamState(this.stream, state, count);
  }

  estimate(rows: number): void {
    this.expected = rows;
    this.output.estimate(this.stream, rows);
  }

  private count(records: number): void {
    if (this.total === 0) this.output.streamStatus(this.stream, "RUNNING");
    this.total += records;
    this.sinceState += records;
  }
}

/** A configured stream and how to read it; `read` returns when the stream is complete and throws otherwise. */
export interface StreamReading {
  configured: ConfiguredAirbyteStream;
  read(emitter: StreamEmitter): Promise<void>;
}

/**
 * Reads the streams of a sync one after the other, with the statuses that the protocol asks for. A
 * failing stream is reported and does not keep the others from being read.
 * @returns whether all streams completed
 */
export async function readStreams(readings: readonly StreamReading[], context: Context): Promise<boolean> {
  const progress = new ReadingProgress(readings.length);
  const stopShowing = showProgress(context, () => progress.look());
  try {
    return await readAll(readings, progress, context);
  } finally {
    stopShowing();
  }
}

async function readAll(
  readings: readonly StreamReading[],
  progress: ReadingProgress,
  context: Context,
): Promise<boolean> {
  let complete = true;
  for (const { configured, read } of readings) {
    const name = configured.stream.name;
    const emitter = new StreamEmitter(name, context.output);
    progress.next(emitter);
    context.output.streamStatus(name, "STARTED");
    try {
      if (context.stop.aborted) throw new StoppedError();
      await read(emitter);
      context.output.streamStatus(name, "COMPLETE");
      context.log.info(`${name}: complete, ${emitter.total} records.`);
    } catch (error) {
      if (error instanceof OutputClosedError) throw error;
      complete = false;
      reportFailure(error, name, context);
      context.output.streamStatus(name, "INCOMPLETE");
    }
  }
  return complete;
}

function reportFailure(error: unknown, stream: string, context: Context): void {
  if (error instanceof StoppedError || context.stop.aborted) {
    context.log.warn(`${stream}: stopped before it was complete; the next sync goes on from its last state.`);
    return;
  }
  const connectorError: ConnectorError = toConnectorError(error).forStream(stream);
  context.output.error(connectorError);
}
