import { sleep, throwIfStopped } from "./airbyte/context";
import { type ConnectorError, StoppedError, transientError } from "./airbyte/errors";
import type { Logger } from "./airbyte/output";
import { backoffMs } from "./backoff";
import { afterProbe, inWords, isOutage, type OutageLimits, prolonged, type Streak } from "./outage-rules";

export interface OutageOptions extends OutageLimits {
  /** What is out, for people: "Braze". */
  what: string;
  /** So many failures in a row, without an answer between them, are an outage. */
  manyFailures: number;
  log: Logger;
  now?: () => number;
  sleep?: typeof sleep;
}

/** How often the log says that an outage goes on. */
const progressMs = 60_000;

/** Who is let through while an outage lasts: the one that tries whether it has ended. To be called when it is done. */
export type Leave = () => void;

interface Waiter {
  /** Whether it can try whether the service answers; who only wants to know can't. */
  canProbe: boolean;
  resolve(role: "probe" | "pass"): void;
  reject(error: unknown): void;
}

/**
 * Waits out an outage of a service, for all requests to it together: while it lasts one request at a
 * time, each in its turn, tries whether the service answers again, and the others wait.
 */
export class Outage {
  private streak: Streak | undefined;
  private on = false;
  private over = new AbortController();
  private probes = 0;
  private probeAtMs = 0;
  private toldAtMs = 0;
  private isProbing = false;
  private waiting: Waiter[] = [];
  private readonly now: () => number;
  private readonly sleep: typeof sleep;

  constructor(private readonly options: OutageOptions) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? sleep;
  }

  /** Whether requests have to wait now. */
  get isOn(): boolean {
    return this.on;
  }

  /**
   * Resolves when a request may be sent: at once if there is no outage, else when it has ended, or when it
   * is the request's turn to try; what is returned then has to be called after `answered` or `failed`.
   * @throws StoppedError once asked to stop; transient_error when the outage lasts too long
   */
  async enter(stop: AbortSignal): Promise<Leave | undefined> {
    throwIfStopped(stop);
    if (!this.on) return undefined;
    if (this.isProbing && (await this.queue(stop, true)) === "pass") return undefined;
    this.isProbing = true;
    try {
      const pauseMs = this.probeAtMs - this.now();
      if (pauseMs > 0) await this.sleep(pauseMs, AbortSignal.any([stop, this.over.signal]));
    } catch (error) {
      if (stop.aborted || !(error instanceof StoppedError)) {
        this.handOn();
        throw error;
      }
    }
    if (this.on) return () => this.handOn();
    // An answer that was long under way ended the outage during the pause.
    this.handOn();
    return undefined;
  }

  /** Resolves when there is no outage. @throws as `enter` */
  async untilOver(stop: AbortSignal): Promise<void> {
    if (this.on) await this.queue(stop, false);
  }

  /** Takes note of an answer, whatever it says: the service is there. */
  answered(): void {
    const { streak } = this;
    this.streak = undefined;
    if (!this.on || !streak) return;
    const { what, log } = this.options;
    log.info(`${what} answers again after ${inWords(this.now() - streak.sinceMs)}.`);
    this.end();
    for (const { resolve } of this.waiting.splice(0)) resolve("pass");
  }

  /**
   * Takes note of an attempt that got no answer, or one that says that the service can't work.
   * @returns the error that ends everything, once the outage has lasted too long
   */
  failed(error: ConnectorError, startedAtMs: number, isProbe: boolean): ConnectorError | undefined {
    const { maxMs, manyFailures } = this.options;
    const nowMs = this.now();
    const streak = prolonged(this.streak, startedAtMs, nowMs);
    this.streak = streak;
    if (!this.on) {
      if (maxMs > 0 && isOutage(streak, manyFailures)) this.begin(error, streak);
      return undefined;
    }
    if (!isProbe) return undefined;
    this.probes += 1;
    const next = afterProbe(streak, this.probes, this.options, nowMs, Math.random());
    if (next === "given up") return this.giveUp(error, streak);
    this.probeAtMs = nowMs + next.pauseMs;
    this.tellProgress(streak);
    return undefined;
  }

  private begin(error: ConnectorError, { sinceMs }: Streak): void {
    const { what, log, maxMs } = this.options;
    this.on = true;
    this.over = new AbortController();
    this.probes = 0;
    this.toldAtMs = this.now();
    this.probeAtMs = this.toldAtMs + backoffMs(1, Math.random());
    const why = error.internal ?? error.message;
    const since = new Date(sinceMs).toISOString();
    log.warn(`${what} does not work since ${since} (${why}); waiting for it, up to ${inWords(maxMs)}.`);
  }

  private tellProgress({ sinceMs }: Streak): void {
    const { what, log, maxMs } = this.options;
    const nowMs = this.now();
    if (nowMs - this.toldAtMs < progressMs) return;
    this.toldAtMs = nowMs;
    log.info(`${what} has not worked for ${inWords(nowMs - sinceMs)}; waiting on, up to ${inWords(maxMs)}.`);
  }

  private giveUp(error: ConnectorError, { sinceMs }: Streak): ConnectorError {
    const { what } = this.options;
    const lasted = inWords(this.now() - sinceMs);
    const final = transientError(
      `${what} did not work for ${lasted}, which is longer than limits.max_outage_minutes lets a sync wait. The last attempt: ${error.message}`,
      { internal: error.internal, help: "outage", cause: error },
    );
    this.streak = undefined;
    this.end();
    for (const { reject } of this.waiting.splice(0)) reject(final);
    return final;
  }

  private end(): void {
    this.on = false;
    this.over.abort();
  }

  /** The probe is done: while the outage lasts the next one in the row has its turn. */
  private handOn(): void {
    const next = this.on ? this.waiting.find(({ canProbe }) => canProbe) : undefined;
    this.waiting = this.waiting.filter((each) => each !== next);
    this.isProbing = next !== undefined;
    next?.resolve("probe");
  }

  private queue(stop: AbortSignal, canProbe: boolean): Promise<"probe" | "pass"> {
    return new Promise((resolve, reject) => {
      const onStop = (): void => {
        this.waiting = this.waiting.filter((each) => each !== waiter);
        reject(new StoppedError());
      };
      const waiter: Waiter = {
        canProbe,
        resolve: (role) => {
          stop.removeEventListener("abort", onStop);
          resolve(role);
        },
        reject: (error) => {
          stop.removeEventListener("abort", onStop);
          reject(error);
        },
      };
      this.waiting.push(waiter);
      stop.addEventListener("abort", onStop, { once: true });
    });
  }
}
