import type {
  AirbyteCatalog,
  AirbyteLogMessage,
  AirbyteMessage,
  AirbyteStateMessage,
  AirbyteStateStats,
  AirbyteStreamStatus,
  ConnectorSpecification,
  DestinationCatalog,
} from "@braze-connectors/spec/airbyte/protocol";
import type { ConnectorError } from "./errors";
import { withHelp } from "./help";
import type { Secrets } from "./secrets";
import type { Sink } from "./stdout";

export type LogLevel = AirbyteLogMessage["level"];

/** Log lines for people; each becomes a LOG message. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The line of a record without its data. */
export interface RecordEnvelope {
  beforeData: string;
  /** With the line feed: says when the record was emitted, which is now. */
  afterData(): string;
}

/**
 * Everything a connector says to its host: one Airbyte message a line. Text meant for people loses its
 * secrets on the way. A returned promise asks the caller to wait: the host reads more slowly than we write.
 */
export class Output {
  constructor(
    private readonly sink: Sink,
    private readonly secrets: Secrets,
    private readonly now: () => number = Date.now,
  ) {}

  readonly log: Logger = {
    debug: (message) => this.logLine("DEBUG", message),
    info: (message) => this.logLine("INFO", message),
    warn: (message) => this.logLine("WARN", message),
    error: (message) => this.logLine("ERROR", message),
  };

  /** Emits a record whose data is JSON text already: on hot paths nothing is parsed and printed again. */
  record(stream: string, dataJson: string, emittedAtMs: number = this.now()): Promise<void> | undefined {
    return this.sink.write(`${beforeData(stream)}${dataJson}${afterData(emittedAtMs)}`);
  }

  /** What stands around the data of a stream's records, for whoever puts their lines together. */
  envelope(stream: string): RecordEnvelope {
    return { beforeData: beforeData(stream), afterData: () => afterData(this.now()) };
  }

  /** Passes on bytes that are complete messages already. They are copied: the caller may use them anew. */
  lines(bytes: Uint8Array): Promise<void> | undefined {
    return this.sink.writeBytes(bytes);
  }

  /** Emits the state of one stream with the number of records that it covers. */
  streamState(stream: string, state: object, recordCount: number): Promise<void> | undefined {
    return this.state({
      type: "STREAM",
      stream: { stream_descriptor: { name: stream }, stream_state: { ...state } },
      sourceStats: { recordCount },
    });
  }

  /** Passes on a line that is a complete message already. */
  line(text: string): Promise<void> | undefined {
    return this.sink.write(`${text}\n`);
  }

  state({ sourceStats, destinationStats, ...state }: AirbyteStateMessage): Promise<void> | undefined {
    const members = [
      JSON.stringify(state).slice(1, -1),
      ...(sourceStats === undefined ? [] : [`"sourceStats":${statsJson(sourceStats)}`]),
      ...(destinationStats === undefined ? [] : [`"destinationStats":${statsJson(destinationStats)}`]),
    ];
    return this.sink.write(
      `{"type":"STATE","state":{${members.filter((member) => member !== "").join(",")}}}\n`,
    );
  }

  streamStatus(stream: string, status: AirbyteStreamStatus): void {
    this.say({
      type: "TRACE",
      trace: {
        type: "STREAM_STATUS",
        emitted_at: this.now(),
        stream_status: { stream_descriptor: { name: stream }, status },
      },
    });
  }

  /** How many records a stream is expected to bring. */
  estimate(stream: string, rows: number): void {
    this.say({
      type: "TRACE",
      trace: {
        type: "ESTIMATE",
        emitted_at: this.now(),
        estimate: { name: stream, type: "STREAM", row_estimate: rows },
      },
    });
  }

  error(error: ConnectorError): void {
    this.say({
      type: "TRACE",
      trace: {
        type: "ERROR",
        emitted_at: this.now(),
        error: {
          message: withHelp(this.secrets.redact(error.message), error.help),
          internal_message: this.secrets.redact(
            error.internal ?? describeCause(error.cause) ?? error.message,
          ),
          failure_type: error.failureType,
          ...(error.stream === undefined ? {} : { stream_descriptor: { name: error.stream } }),
        },
      },
    });
  }

  /** The answer of `check`: FAILED because of an error, or SUCCEEDED. */
  connectionStatus(failure?: ConnectorError): void {
    const connectionStatus =
      failure === undefined
        ? { status: "SUCCEEDED" as const }
        : {
            status: "FAILED" as const,
            message: withHelp(this.secrets.redact(failure.message), failure.help),
          };
    this.say({ type: "CONNECTION_STATUS", connectionStatus });
  }

  spec(spec: ConnectorSpecification): void {
    this.say({ type: "SPEC", spec });
  }

  catalog(catalog: AirbyteCatalog): void {
    this.say({ type: "CATALOG", catalog });
  }

  destinationCatalog(catalog: DestinationCatalog): void {
    this.say({ type: "DESTINATION_CATALOG", destination_catalog: catalog });
  }

  flush(): Promise<void> {
    return this.sink.flush();
  }

  private logLine(level: LogLevel, message: string): void {
    this.say({ type: "LOG", log: { level, message: this.secrets.redact(message) } });
  }

  private message(message: AirbyteMessage): Promise<void> | undefined {
    return this.sink.write(`${JSON.stringify(message)}\n`);
  }

  /** For messages too rare to need backpressure; that stdout is broken comes out at the next record or flush. */
  private say(message: AirbyteMessage): void {
    this.message(message)?.catch(() => undefined);
  }
}

const beforeData = (stream: string): string =>
  `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":`;
const afterData = (emittedAtMs: number): string => `,"emitted_at":${emittedAtMs}}}\n`;

/** Counts as the protocol wants them: doubles, with a decimal point, which JSON.stringify does not print. */
function statsJson(stats: AirbyteStateStats): string {
  const members = Object.entries(stats).map(
    ([key, value]) =>
      `${JSON.stringify(key)}:${Number.isInteger(value) ? `${value}.0` : JSON.stringify(value)}`,
  );
  return `{${members.join(",")}}`;
}

function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const inner = cause.cause instanceof Error ? ` (${cause.cause.message})` : "";
  return `${cause.name}: ${cause.message}${inner}`;
}
