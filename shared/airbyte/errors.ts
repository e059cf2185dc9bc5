import type { AirbyteErrorTraceMessage } from "@braze-connectors/spec/airbyte/protocol";
import type { HelpAnchor } from "./help";

/** Who can mend it: the user's configuration, nobody in particular (try again), or we. */
export type FailureType = NonNullable<AirbyteErrorTraceMessage["failure_type"]>;

export interface ErrorDetails {
  /** What a developer needs beyond the sentence for the user; shown as `internal_message`. */
  internal?: string;
  /** The stream that the error concerns, when it concerns one. */
  stream?: string;
  /** Where docs/troubleshooting.md says more; shown behind the message. */
  help?: HelpAnchor;
  cause?: unknown;
}

/**
 * The one error type of the connectors: it becomes a TRACE ERROR, its message being one clear sentence
 * for the user, written where the cause is known.
 */
export class ConnectorError extends Error {
  override readonly name: string = "ConnectorError";
  readonly internal: string | undefined;
  readonly stream: string | undefined;
  readonly help: HelpAnchor | undefined;

  constructor(
    readonly failureType: FailureType,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.internal = details.internal;
    this.stream = details.stream;
    this.help = details.help;
  }

  /** The same error, said of one stream. */
  forStream(stream: string): ConnectorError {
    return new ConnectorError(this.failureType, this.message, {
      internal: this.internal,
      stream: this.stream ?? stream,
      help: this.help,
      cause: this.cause,
    });
  }
}

/** The user can mend it: a wrong key, a missing permission, a bad mapping. */
export const configError = (message: string, details?: ErrorDetails): ConnectorError =>
  new ConnectorError("config_error", message, details);

/** Trying again later may work: an outage, a time-out. */
export const transientError = (message: string, details?: ErrorDetails): ConnectorError =>
  new ConnectorError("transient_error", message, details);

/** Neither of the two: damaged data, a defect. */
export const systemError = (message: string, details?: ErrorDetails): ConnectorError =>
  new ConnectorError("system_error", message, details);

/** The host asked the connector to stop (SIGTERM or SIGINT); not a failure, but not a completed sync either. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  constructor() {
    super("The connector was asked to stop.");
  }
}

/** Any thrown value as a ConnectorError; what nobody foresaw is a system_error. */
export function toConnectorError(thrown: unknown): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown;
  const message = errorMessage(thrown);
  const stack = isErrorLike(thrown) ? thrown.stack : undefined;
  return systemError(`The connector met an unexpected problem: ${firstLine(message)}`, {
    internal: stack ?? message,
    help: "unexpected",
    cause: thrown,
  });
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The `code` of a Node.js system error (`ENOENT`, `ECONNREFUSED`), if it has one. */
export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

export const errorMessage = (thrown: unknown): string =>
  isErrorLike(thrown) ? thrown.message : String(thrown);

/** By shape, for an Error of another realm (a vm context) is no `instanceof Error` here. */
const isErrorLike = (thrown: unknown): thrown is { message: string; stack?: string } =>
  typeof thrown === "object" && thrown !== null && "message" in thrown && typeof thrown.message === "string";
