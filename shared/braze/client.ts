import { sleep } from "../airbyte/context";
import { type ConnectorError, StoppedError } from "../airbyte/errors";
import type { Logger } from "../airbyte/output";
import { backoffMs } from "../backoff";
import { Outage } from "../outage";
import { parseApiKey } from "./api-key";
import {
  type BrazeRequest,
  type BrazeResponse,
  Connection,
  isWebPage,
  type PreparedRequest,
  prepared,
} from "./connection";
import { parseEndpoint } from "./endpoint";
import {
  cutOffAnswer,
  isUnknownHost,
  mayHaveArrived,
  networkError,
  notBraze,
  OutcomeUnknownError,
  type RequestFacts,
  statusError,
} from "./errors";
import type { RequestObserver } from "./observe";
import { RateLimit } from "./rate-limit";
import { readRateLimit } from "./rate-limit-headers";
import { comeBackAtMs, isGivenUp, patient, type RetryPolicy } from "./retry";

export type { BrazeRequest, BrazeResponse };

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
  /** Told of every exchange. */
  observer?: RequestObserver;
  /** The longest answer that is taken: all of it is in memory. */
  maxAnswerBytes?: number;
  now?: () => number;
  sleep?: typeof sleep;
}

const defaultTimeoutMs = 60_000;
/** Of requests in a row: more than bad luck, fewer than are in flight at a time. */
const failuresOfAnOutage = 10;
/** Some hundred times the longest answer that Braze's pages show. */
const defaultMaxAnswerBytes = 128 * 1024 ** 2;
const retriedStatuses = new Set([408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/**
 * The client of Braze's REST API: keep-alive connections, bearer auth, rate limits, retries with
 * backoff, and errors as sentences.
 */
export class BrazeClient {
  /** REST endpoint without a trailing slash. */
  readonly endpoint: string;
  private readonly connection: Connection;
  private readonly limits = new Map<string, RateLimit>();
  private readonly retry: RetryPolicy;
  private readonly now: () => number;
  private readonly sleep: typeof sleep;
  private readonly outage: Outage;
  /** Whether Braze has answered at all: an address that worked is no mistake in the configuration. */
  private hasAnswered = false;
  private isClosed = false;

  /** @throws config_error when the URL is not a REST endpoint, or the key can't be one */
  constructor(private readonly options: BrazeClientOptions) {
    this.endpoint = parseEndpoint(options.url);
    this.retry = options.retry ?? patient;
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? sleep;
    const { now, sleep: pause } = this;
    this.outage = new Outage({
      what: "Braze",
      manyFailures: failuresOfAnOutage,
      maxMs: this.retry.maxOutageMs,
      minProbes: this.retry.maxAttempts,
      log: options.log,
      now,
      sleep: pause,
    });
    this.connection = new Connection({
      endpoint: this.endpoint,
      apiKey: parseApiKey(options.apiKey),
      userAgent: options.userAgent,
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
    const limit = what.limit ?? this.limitOf(what.path);
    const ready = prepared(what);
    const trouble = new Trouble();
    for (;;) {
      const outcome = await this.attemptInTurn(ready, limit);
      if ("response" in outcome) return outcome.response;
      if (outcome.kind === "rate limited") this.waitOutRefusal(outcome, what.path, limit, trouble);
      else await this.waitOutFailure(outcome, what, trouble);
    }
  }

  /** Cuts off what is under way: its callers get a StoppedError. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.connection.close();
  }

  /** Holds the limit back for as long as Braze says, or longer and longer where it does not say. */
  private waitOutRefusal(
    { error, retryAtMs: toldMs }: Refused,
    path: string,
    limit: RateLimit,
    trouble: Trouble,
  ): void {
    const nowMs = this.now();
    trouble.refusals += 1;
    // It was an answer: what failed before has passed.
    trouble.failures = 0;
    trouble.failingMs = 0;
    const retryAtMs = comeBackAtMs(trouble.refusals, toldMs, nowMs, Math.random);
    trouble.refusedMs += retryAtMs - nowMs;
    if (trouble.refusedMs > this.retry.maxRateLimitedMs) throw error;
    limit.block(retryAtMs, `Braze answered 429 for ${path}`);
  }

  /** A pause of the request's own; in an outage of Braze's it waits together with all others. */
  private async waitOutFailure(failure: Failure, what: BrazeRequest, trouble: Trouble): Promise<void> {
    if (failure.final) throw failure.final;
    trouble.attempts += 1;
    if (what.worthRetrying?.(trouble.attempts, failure.error) === false) throw failure.error;
    if (this.outage.isOn) return;
    trouble.failures += 1;
    const pauseMs = backoffMs(trouble.failures, Math.random());
    trouble.failingMs += failure.tookMs + pauseMs;
    const policy = failure.isOutage ? this.retry : { ...this.retry, maxOutageMs: 0 };
    const { failures, failingMs } = trouble;
    if (isGivenUp(policy, failures, failingMs)) throw failure.error;
    const { internal, message } = failure.error;
    const seconds = (pauseMs / 1000).toFixed(1);
    const attempt = failures < policy.maxAttempts ? `${failures + 1} of ${policy.maxAttempts}` : failures + 1;
    this.options.log.warn(`${internal ?? message}; trying again in ${seconds} s (attempt ${attempt}).`);
    await this.sleep(pauseMs, this.options.stop);
  }

  /** Sends a request as soon as the rate limit lets it, and an outage. */
  private async attemptInTurn(what: PreparedRequest, limit: RateLimit): Promise<Attempt> {
    const { stop } = this.options;
    for (;;) {
      const leave = await this.outage.enter(stop);
      try {
        await limit.acquire(stop);
        try {
          // An outage that began meanwhile holds this request back, too.
          if (!leave && this.outage.isOn) continue;
          return await this.judged(what, limit, leave !== undefined);
        } finally {
          limit.release();
        }
      } finally {
        leave?.();
      }
    }
  }

  /** An attempt, and what it says about an outage. */
  private async judged(what: PreparedRequest, limit: RateLimit, isProbe: boolean): Promise<Attempt> {
    const startedAtMs = this.now();
    const outcome = await this.attempt(what, limit);
    if ("response" in outcome || outcome.kind === "rate limited") return outcome;
    const { error } = outcome;
    const isOutage = error.failureType === "transient_error" || (this.hasAnswered && isUnknownHost(error));
    const final = isOutage ? this.outage.failed(error, startedAtMs, isProbe) : undefined;
    return { ...outcome, isOutage, final, tookMs: this.now() - startedAtMs };
  }

  private async attempt(what: PreparedRequest, limit: RateLimit): Promise<Outcome> {
    const facts: RequestFacts = { ...what, endpoint: this.endpoint };
    const cutOff = what.method === "GET" ? this.options.stop : undefined;
    let response: BrazeResponse & { isCutOff: boolean };
    try {
      response = await this.observed(what, () => this.connection.exchange(what, cutOff));
    } catch (error) {
      if (cutOff?.aborted) throw new StoppedError();
      const failure = networkError(error, facts);
      if (what.inDoubt === "reject" && mayHaveArrived(error)) throw new OutcomeUnknownError(failure);
      if (this.isClosed) throw new StoppedError();
      return { kind: "failed", error: failure };
    }
    const { status, headers } = response;
    if (retriedStatuses.has(status) && !what.accept?.includes(status)) {
      const failure = statusError(status, response.body, facts);
      if (what.inDoubt === "reject") throw new OutcomeUnknownError(failure);
      return { kind: "failed", error: failure };
    }
    this.hasAnswered = true;
    this.outage.answered();
    const news = readRateLimit(headers, this.now());
    limit.observe(news);
    if (status < 300 && isWebPage(response)) throw notBraze(facts);
    if (status < 300 && response.isCutOff && (what.method === "GET" || what.repeatable?.())) {
      return { kind: "failed", error: cutOffAnswer(facts) };
    }
    if ((status >= 200 && status < 300) || what.accept?.includes(status)) return { response };
    const error = statusError(status, response.body, facts);
    if (status === 429) return { kind: "rate limited", error, retryAtMs: news.retryAtMs ?? news.resetAtMs };
    throw error;
  }

  private async observed<Answer extends BrazeResponse>(
    { path, body }: PreparedRequest,
    exchange: () => Promise<Answer>,
  ): Promise<Answer> {
    const { observer } = this.options;
    if (!observer) return exchange();
    const endpoint = withoutQuery(path);
    const startedAtMs = this.now();
    let status: number | undefined;
    observer.sent(endpoint);
    try {
      const response = await exchange();
      status = response.status;
      return response;
    } finally {
      const durationMs = this.now() - startedAtMs;
      const sizeBytes = body === undefined ? 0 : Buffer.byteLength(body);
      observer.answered({ path: endpoint, status, startedAtMs, durationMs, sizeBytes });
    }
  }

  private limitOf(path: string): RateLimit {
    const endpoint = withoutQuery(path);
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

const withoutQuery = (path: string): string => path.split("?", 1)[0] ?? path;

interface Refused {
  kind: "rate limited";
  error: ConnectorError;
  retryAtMs: number | undefined;
}

/** What came of an attempt. */
type Outcome = { response: BrazeResponse } | Refused | { kind: "failed"; error: ConnectorError };

/** The same, with what it means for what follows. */
type Attempt = { response: BrazeResponse } | Refused | Failure;

/** An attempt that failed in a way that may pass. */
interface Failure {
  kind: "failed";
  error: ConnectorError;
  tookMs: number;
  /** Whether it may be waited out as an outage; a host that never was is a wrong configuration. */
  isOutage: boolean;
  /** The error that ends everything, when the outage has lasted too long. */
  final: ConnectorError | undefined;
}

/** What a request has met so far. */
class Trouble {
  /** All attempts that failed. */
  attempts = 0;
  /** Those since the last answer, outside of outages. */
  failures = 0;
  failingMs = 0;
  refusals = 0;
  refusedMs = 0;
}
