import { type Dispatcher, request } from "undici";
import { sleep } from "../airbyte/context";
import { type ConnectorError, StoppedError } from "../airbyte/errors";
import type { Logger } from "../airbyte/output";
import { parseApiKey } from "./api-key";
import { openConnections } from "./dispatcher";
import { parseEndpoint } from "./endpoint";
import { cutOffAnswer, networkError, notBraze, type RequestFacts, statusError } from "./errors";
import { RateLimit } from "./rate-limit";
import { type Headers, readRateLimit } from "./rate-limit-headers";
import { backoffMs, patient, type RetryPolicy } from "./retry";

export interface BrazeClientOptions {
  /** REST endpoint, as configured. */
  url: string;
  apiKey: string;
  /** Name and version of the connector. */
  userAgent: string;
  log: Logger;
  stop: AbortSignal;
  retry?: RetryPolicy;
  /** Connections kept to Braze at the most. */
  connections?: number;
  /** How long Braze may stay silent, ms. */
  timeoutMs?: number;
  /** The longest answer that is taken: all of it is in memory. */
  maxAnswerBytes?: number;
  now?: () => number;
  sleep?: typeof sleep;
}

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
   * Whether it is sent again when its answer can't be read, although it was processed. A GET always is.
   */
  repeatable?: boolean;
  /** Failure statuses (400 and up) that the caller wants to judge itself. */
  accept?: readonly number[];
}

export interface BrazeResponse {
  status: number;
  headers: Headers;
  /** The parsed JSON body; undefined when the body is not JSON. */
  body: unknown;
}

const defaultTimeoutMs = 60_000;
/** Some hundred times the longest answer that Braze's pages show. */
const defaultMaxAnswerBytes = 128 * 1024 ** 2;
/** Clients that were refused together must not come back in the same millisecond. */
const spreadMs = 100;
const retriedStatuses = new Set([408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/**
 * The client of Braze's REST API: keep-alive connections, bearer auth, rate limits, retries with
 * backoff, and errors as sentences.
 */
export class BrazeClient {
  /** REST endpoint without a trailing slash. */
  readonly endpoint: string;
  private readonly dispatcher: Dispatcher;
  private readonly limits = new Map<string, RateLimit>();
  private readonly retry: RetryPolicy;
  private readonly authorization: string;
  private readonly now: () => number;
  private readonly sleep: typeof sleep;

  /** @throws config_error when the URL is not a REST endpoint, or the key can't be one */
  constructor(private readonly options: BrazeClientOptions) {
    this.endpoint = parseEndpoint(options.url);
    this.authorization = `Bearer ${parseApiKey(options.apiKey)}`;
    this.retry = options.retry ?? patient;
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? sleep;
    this.dispatcher = openConnections(this.endpoint, {
      connections: options.connections ?? 16,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      maxAnswerBytes: options.maxAnswerBytes ?? defaultMaxAnswerBytes,
    });
  }

  get(path: string, rest: Omit<BrazeRequest, "method" | "path"> = {}): Promise<BrazeResponse> {
    return this.send({ method: "GET", path, ...rest });
  }

  post(path: string, rest: Omit<BrazeRequest, "method" | "path"> = {}): Promise<BrazeResponse> {
    return this.send({ method: "POST", path, ...rest });
  }

  /**
   * Sends a request until it succeeds, fails for good, or the retry policy is exhausted. A stop gives up
   * what waits to be sent, and a GET under way; another exchange under way is finished, for nobody knows
   * what became of a write that was cut off.
   * @throws ConnectorError with the sentence for the user; StoppedError when asked to stop
   */
  async send(what: BrazeRequest): Promise<BrazeResponse> {
    const { stop, log } = this.options;
    const { maxAttempts, maxElapsedMs, maxRateLimitedMs } = this.retry;
    const limit = what.limit ?? this.limitOf(what.path);
    const prepared: Prepared = { what, body: bodyOf(what.body), facts: { ...what, endpoint: this.endpoint } };
    let failures = 0;
    let failingMs = 0;
    let refusals = 0;
    let refusedMs = 0;
    for (;;) {
      await limit.acquire(stop);
      const startedAtMs = this.now();
      const outcome = await this.attempt(prepared, limit);
      if ("response" in outcome) return outcome.response;
      if (outcome.kind === "rate limited") {
        refusals += 1;
        const nowMs = this.now();
        // Also when Braze says "now": a client that comes straight back would be refused without end.
        const earliestMs = nowMs + backoffMs(refusals, Math.random());
        const retryAtMs = Math.max(outcome.retryAtMs ?? 0, earliestMs) + Math.random() * spreadMs;
        refusedMs += retryAtMs - nowMs;
        if (refusedMs > maxRateLimitedMs) throw outcome.error;
        limit.block(retryAtMs, `Braze answered 429 for ${what.path}`);
        continue;
      }
      failures += 1;
      const pauseMs = backoffMs(failures, Math.random());
      failingMs += this.now() - startedAtMs + pauseMs;
      if (failures >= maxAttempts || failingMs > maxElapsedMs) throw outcome.error;
      log.warn(
        `${outcome.error.internal ?? outcome.error.message}; trying again in ${(pauseMs / 1000).toFixed(1)} s (attempt ${failures + 1} of ${maxAttempts}).`,
      );
      await this.sleep(pauseMs, stop);
    }
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async attempt({ what, body, facts }: Prepared, limit: RateLimit): Promise<Attempt> {
    const cutOff = what.method === "GET" ? this.options.stop : undefined;
    let response: BrazeResponse & { isCutOff: boolean };
    try {
      response = await this.exchange(what, body, cutOff);
    } catch (error) {
      if (cutOff?.aborted) throw new StoppedError();
      return { kind: "retry", error: networkError(error, facts) };
    }
    const { status, headers } = response;
    const news = readRateLimit(headers, this.now());
    limit.observe(news);
    if (status < 300 && isWebPage(response)) throw notBraze(facts);
    if (status < 300 && response.isCutOff && (what.method === "GET" || what.repeatable)) {
      return { kind: "retry", error: cutOffAnswer(facts) };
    }
    if ((status >= 200 && status < 300) || what.accept?.includes(status)) return { response };
    const error = statusError(status, response.body, facts);
    if (status === 429) return { kind: "rate limited", error, retryAtMs: news.retryAtMs ?? news.resetAtMs };
    if (retriedStatuses.has(status)) return { kind: "retry", error };
    throw error;
  }

  private async exchange(
    what: BrazeRequest,
    text: string | Buffer | undefined,
    signal: AbortSignal | undefined,
  ): Promise<BrazeResponse & { isCutOff: boolean }> {
    const { statusCode, headers, body } = await request(
      `${this.endpoint}${what.path}${queryString(what.query)}`,
      {
        method: what.method,
        dispatcher: this.dispatcher,
        headers: {
          authorization: this.authorization,
          "user-agent": this.options.userAgent,
          accept: "application/json",
          ...(text === undefined ? {} : { "content-type": "application/json" }),
          ...what.headers,
        },
        body: text,
        signal,
      },
    );
    const answer = await body.text();
    const parsed = parseBody(answer);
    const isCutOff = parsed === undefined && /^\s*[[{]/.test(answer);
    return { status: statusCode, headers, body: parsed, isCutOff };
  }

  private limitOf(path: string): RateLimit {
    const endpoint = path.split("?", 1)[0] ?? path;
    let limit = this.limits.get(endpoint);
    if (!limit) {
      const { now, sleep } = this;
      limit = new RateLimit({ onLongWait: (untilMs, why) => this.logWait(untilMs, why), now, sleep });
      this.limits.set(endpoint, limit);
    }
    return limit;
  }

  private logWait(untilMs: number, why: string): void {
    this.options.log.warn(`Waiting until ${new Date(untilMs).toISOString()}: ${why}.`);
  }
}

interface Prepared {
  what: BrazeRequest;
  body: string | Buffer | undefined;
  facts: RequestFacts;
}

type Attempt =
  | { response: BrazeResponse }
  | { kind: "retry"; error: ConnectorError }
  | { kind: "rate limited"; error: ConnectorError; retryAtMs: number | undefined };

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
const isWebPage = ({ headers, body }: BrazeResponse): boolean =>
  body === undefined && /\bhtml\b/i.test(String(headers["content-type"] ?? ""));

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
