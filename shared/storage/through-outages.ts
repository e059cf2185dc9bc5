import { Readable } from "node:stream";
import type { sleep } from "../airbyte/context";
import { ConnectorError, errorCode, StoppedError } from "../airbyte/errors";
import type { Logger } from "../airbyte/output";
import { type Leave, Outage } from "../outage";
import { type ObjectStorage, readAll, type StoredObject } from "./storage";

export interface ThroughOutagesOptions {
  /** How long an outage is waited out, ms. */
  maxMs: number;
  log: Logger;
  stop: AbortSignal;
  now?: () => number;
  sleep?: typeof sleep;
}

/**
 * Storage that waits out outages: what fails in a way that may pass is tried again, by one operation at a
 * time, until it works or the outage has lasted too long. Everything it does may be done twice. Reads come
 * whole, for one that breaks off has to begin anew: it is for objects that fit into memory.
 */
export class StorageThroughOutages implements ObjectStorage {
  readonly location: string;
  private readonly outage: Outage;
  private readonly now: () => number;
  /** Whether anything has worked: an address that did is no mistake in the configuration. */
  private hasWorked = false;
  /** Whether an outage was too long. */
  private isSpent = false;

  constructor(
    private readonly storage: ObjectStorage,
    private readonly options: ThroughOutagesOptions,
  ) {
    this.location = storage.location;
    this.now = options.now ?? Date.now;
    const { maxMs, log, now, sleep } = options;
    // The AWS client has tried several times before it reports a failure.
    this.outage = new Outage({
      what: "The object storage",
      maxMs,
      minProbes: 1,
      manyFailures: 1,
      log,
      now,
      sleep,
    });
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.ride(() => this.storage.list(prefix));
  }

  async read(key: string): Promise<Readable> {
    return Readable.from([await this.ride(() => readAll(this.storage, key))]);
  }

  write(key: string, bytes: Buffer): Promise<void> {
    return this.ride(() => this.storage.write(key, bytes));
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.ride(() => this.storage.remove(keys));
  }

  close(): void {
    this.storage.close();
  }

  untilUsable(): Promise<void> {
    return this.outage.untilOver(this.options.stop);
  }

  private async ride<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (;;) {
      const leave = await this.enter();
      const startedAtMs = this.now();
      try {
        const result = await attempt();
        this.hasWorked = true;
        this.outage.answered();
        return result;
      } catch (error) {
        if (!this.mayPass(error)) this.outage.answered();
        else if (this.isWaitedFor(error, startedAtMs, leave !== undefined)) continue;
        throw error;
      } finally {
        leave?.();
      }
    }
  }

  /** After a stop, and after an outage that was too long, everything is tried just once. */
  private async enter(): Promise<Leave | undefined> {
    const { stop } = this.options;
    if (stop.aborted || this.isSpent) return undefined;
    try {
      return await this.outage.enter(stop);
    } catch (error) {
      if (error instanceof StoppedError) return undefined;
      throw error;
    }
  }

  /** @throws transient_error when the outage has lasted too long */
  private isWaitedFor(error: ConnectorError, startedAtMs: number, isProbe: boolean): boolean {
    if (this.options.stop.aborted || this.isSpent) return false;
    const final = this.outage.failed(error, startedAtMs, isProbe);
    this.isSpent = final !== undefined;
    if (final) throw final;
    return this.outage.isOn;
  }

  private mayPass(error: unknown): error is ConnectorError {
    if (!(error instanceof ConnectorError)) return false;
    return (
      error.failureType === "transient_error" || (this.hasWorked && errorCode(error.cause) === "ENOTFOUND")
    );
  }
}
