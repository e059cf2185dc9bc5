import { type Dispatcher, request } from "undici";
import type { ConnectorError } from "../airbyte/errors";
import { openConnections } from "./dispatcher";
import type { RateLimit } from "./rate-limit";
import type { Headers } from "./rate-limit-headers";

export interface BrazeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with a leading slash, `/users/track`; may carry a query of its own, as links to next pages do. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A value to send as JSON, or JSON text already. */
  body?: object | string | Buffer;
  headers?: Readonly<Record<string, string>>;
  /** Permission of the API key that the request needs; errors name it. */
  permission?: string;
  /** The limit that the request counts against; without one, headers and 429s of its path alone count. */
  limit?: RateLimit;
  /**
   * Whether it is sent again when its answer can't be read, although it was processed: what it says of the
   * objects that were refused is lost otherwise. A GET always is. Asked only when it matters.
   */
  repeatable?: () => boolean;
  /** Failure statuses (400 and up) that the caller wants to judge itself. */
  accept?: readonly number[];
  /**
   * What happens when nobody knows whether Braze has taken the request: `reject` gives it up with an
   * OutcomeUnknownError where doing it twice would be worse than not at all. Default: `send again`.
   */
  inDoubt?: "send again" | "reject";
  /** Asked after each failure that would be retried; false makes it final. @param failures so far @param error the last one */
  worthRetrying?(failures: number, error: ConnectorError): boolean;
}

export interface BrazeResponse {
  status: number;
  headers: Headers;
  /** The parsed JSON body; undefined when the body is not JSON. */
  body: unknown;
}

/** A request whose body is text or bytes already: it may be sent several times. */
export type PreparedRequest = Omit<BrazeRequest, "body"> & { body: string | Buffer | undefined };

export interface ConnectionSettings {
  /** REST endpoint without a trailing slash. */
  endpoint: string;
  apiKey: string;
  userAgent: string;
  /** Connections kept to Braze at the most. */
  connections: number;
  /** How long Braze may stay silent, ms. */
  timeoutMs: number;
  /** The longest answer that is taken: all of it is in memory. */
  maxAnswerBytes: number;
}

/** An answer; `isCutOff`: it begins as JSON and is none. */
export type Answer = BrazeResponse & { isCutOff: boolean };

/** Keep-alive connections to a REST endpoint, and single exchanges over them. */
export class Connection {
  private readonly dispatcher: Dispatcher;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(private readonly settings: ConnectionSettings) {
    const { endpoint, apiKey, userAgent, connections, timeoutMs, maxAnswerBytes } = settings;
    this.dispatcher = openConnections(endpoint, { connections, timeoutMs, maxAnswerBytes });
    this.headers = {
      authorization: `Bearer ${apiKey}`,
      "user-agent": userAgent,
      accept: "application/json",
    };
  }

  /** Sends a request once. @throws what undici throws when there is no answer */
  async exchange(what: PreparedRequest, signal: AbortSignal | undefined): Promise<Answer> {
    const url = `${this.settings.endpoint}${what.path}${queryString(what.query)}`;
    const { statusCode, headers, body } = await request(url, {
      method: what.method,
      dispatcher: this.dispatcher,
      headers: {
        ...this.headers,
        ...(what.body === undefined ? {} : { "content-type": "application/json" }),
        ...what.headers,
      },
      body: what.body,
      signal,
    });
    const text = await body.text();
    const parsed = parseBody(text);
    return {
      status: statusCode,
      headers,
      body: parsed,
      isCutOff: parsed === undefined && /^\s*[[{]/.test(text),
    };
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

export const prepared = (what: BrazeRequest): PreparedRequest => ({ ...what, body: bodyOf(what.body) });

function bodyOf(body: BrazeRequest["body"]): string | Buffer | undefined {
  return typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
}

function queryString(query: BrazeRequest["query"]): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** Whatever is at the address answers, but with a page for people. */
export const isWebPage = ({ headers, body }: BrazeResponse): boolean =>
  body === undefined && /\bhtml\b/i.test(String(headers["content-type"] ?? ""));

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
