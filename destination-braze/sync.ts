import { type Context, sleep } from "@braze-connectors/shared/airbyte/context";
import { errorMessage, StoppedError } from "@braze-connectors/shared/airbyte/errors";
import { readLines } from "@braze-connectors/shared/airbyte/lines";
import { graceMs } from "@braze-connectors/shared/airbyte/shutdown";
import { takeUntil } from "@braze-connectors/shared/airbyte/take-until";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { FlatPath, flatStreams } from "./flat/flat-path";
import type { FlatRecords } from "./flat/flat-records";
import { Intake } from "./intake";
import type { Journals } from "./journal/journals";
import { type HostMessage, lineTooLong, Messages, maxLineBytes } from "./messages";
import type { DataPointMeter } from "./meter";
import type { Reason } from "./objects/object";
import { Acknowledger } from "./pipeline/acknowledge";
import type { Deliverer } from "./pipeline/deliver";
import type { Deltas } from "./pipeline/deltas";
import { Dispatcher } from "./pipeline/dispatch";
import { type AskBraze, LookUps } from "./pipeline/look-up";
import type { RejectedRecords } from "./pipeline/rejected";
import { type Outgoing, outgoingOf, refuse, type Update } from "./pipeline/update";
import type { Removals } from "./removed/removals";
import type { SyncReport, SyncStatus } from "./report/report";
import type { Routes } from "./routes";
import type { Limits, Settings } from "./settings";
import type { Handles } from "./shard-handles";
import { settleLeftOver } from "./staging/settle-left-over";
import type { Staging } from "./staging/staging";
import type { Restaged } from "./staging/take-over";

export interface SyncParts {
  routes: Routes;
  /** Which records are this process's; absent when all are. */
  handles: Handles | undefined;
  limits: Limits;
  messagesInDoubt: Settings["messagesInDoubt"];
  deliverer: Pick<Deliverer, "deliver">;
  rejected: RejectedRecords;
  report: SyncReport;
  meter: DataPointMeter;
  /** Absent when everything is sent and nothing remembered. */
  deltas: Deltas | undefined;
  /** Recognises what Braze has accepted before an interruption. */
  journals: Journals;
  /** Keeps durable what is on its way; absent without storage and in a dry run. */
  staging: Staging | undefined;
  /** What an earlier run had staged and not settled. */
  leftOver: readonly Restaged[];
  /** Absent when profiles that a stream does not bring any more are kept. */
  removals: Removals | undefined;
  /** Which attributes profiles have values for, as Braze says. */
  askBraze: AskBraze;
  dryRun: boolean;
  storage: ObjectStorage | undefined;
  /** Where rejected records are, for people; undefined when they only go to the log. */
  rejectedLocation: string | undefined;
  /** Aborted with the first error that stops all records. */
  failure: AbortController;
  /** Aborted when the sync goes no further: by `failure`, or because the host asked it to stop. */
  halt: AbortSignal;
}

/** When nothing has come in for so long, what waits is sent although it fills no batch. */
const quietMs = 1000;
/** Nothing waits longer than this for its batch to fill. */
const longestWaitMs = 10_000;
const tickMs = 250;
/** How long requests in flight may take after a stop: the rest of the grace time is for what follows them. */
const lastAnswersMs = graceMs - 2000;

/**
 * One sync: takes the host's messages, lets the records through the pipeline, and gives states back
 * when they are safe.
 */
export class Sync {
  private readonly acknowledger: Acknowledger;
  private readonly intake: Intake;
  private readonly dispatcher: Dispatcher;
  private readonly lookUps: LookUps;
  private readonly flatRecords: ReadonlyMap<string, FlatRecords>;
  private readonly flatPath: FlatPath | undefined;
  private lastInputAtMs = Date.now();

  constructor(
    private readonly parts: SyncParts,
    private readonly context: Context,
  ) {
    this.acknowledger = new Acknowledger({
      persist: async (epoch) => {
        await this.keepRejected();
        await parts.journals.statesLeaving(epoch);
      },
      // In a dry run nothing is safe: the host has to send all of it again.
      emit: (line) => (parts.dryRun ? undefined : context.output.line(line)),
      left: (epoch, stream) => parts.journals.stateLeft(epoch, stream),
      failed: (error) => this.fail(error),
    });
    const { acknowledger } = this;
    this.intake = new Intake({
      ...parts,
      acknowledger,
      handOn: (update) => this.lookUps.add(update),
      failed: (error) => this.fail(error),
      log: context.log,
    });
    const { limits, staging } = parts;
    const deliverer = staging?.around(parts.deliverer) ?? parts.deliverer;
    this.dispatcher = new Dispatcher(
      limits,
      parts.deltas?.around(deliverer, staging !== undefined) ?? deliverer,
      {
        delivered: (outgoing) => {
          parts.meter.sent(outgoing);
          parts.deltas?.remember(outgoing);
        },
        accepted: (update) => {
          const { record } = update;
          record.changed = true;
          this.intake.settle(record);
        },
        unchanged: ({ record }) => this.intake.settle(record),
        rejected: (update, reason, outgoing) => this.reject(update, reason, outgoing),
        failed: (error) => this.fail(error),
      },
      parts.deltas,
      staging?.batchesUnderWay,
    );
    this.lookUps = new LookUps(
      parts.askBraze,
      parts.deltas,
      (update) => this.dispatcher.add(update),
      (update, reason) => this.reject(update, reason, outgoingOf(update)),
      () => this.dispatcher.drain(),
    );
    const { routes, deltas, removals } = parts;
    this.flatRecords = flatStreams(routes, deltas, removals);
    const { dispatcher, lookUps } = this;
    this.flatPath = deltas && new FlatPath({ ...parts, deltas, acknowledger, dispatcher, lookUps });
    parts.halt.addEventListener("abort", () => void this.dispatcher.close(), { once: true });
  }

  /** @throws ConnectorError when all records are stopped by something; states that are safe are out by then */
  async run(input: AsyncIterable<Buffer | string>): Promise<void> {
    const { report, storage, failure } = this.parts;
    const { stop } = this.context;
    // Also a proof that rejected records can be kept, before the first one is received.
    if (storage) await report.store(storage, "running", null, this.parts.dryRun);
    const timeIsUp = after(stop, lastAnswersMs);
    const ended = new AbortController();
    const clock = this.keepTime(ended.signal);
    try {
      await Promise.race([this.settleLeftOver(), timeIsUp]);
      await this.take(input);
    } catch (error) {
      this.fail(error);
    }
    report.inputEnded();
    ended.abort();
    await clock;
    await Promise.race([this.dispatcher.close(), timeIsUp]);
    await this.makeSafe();
    await this.finishRemovals();
    this.countUndelivered();
    await this.tellResult(stop.aborted ? "stopped" : failure.signal.aborted ? "failed" : "complete");
    if (stop.aborted) throw new StoppedError();
    failure.signal.throwIfAborted();
  }

  /** Delivers what an earlier run had on its way, before anything that could be newer. */
  private async settleLeftOver(): Promise<void> {
    const { staging, leftOver, meter, halt } = this.parts;
    if (!staging || leftOver.length === 0) return;
    const { log } = this.context;
    log.info(
      `An earlier run left ${leftOver.length} objects on their way to Braze; they are delivered first.`,
    );
    const delivered = (outgoing: Outgoing): void => meter.sent(outgoing);
    const settled = await settleLeftOver(leftOver, { ...this.parts, staging, delivered });
    for (const [stream, { accepted, rejected }] of settled) {
      const sentence = `${stream}: of what an earlier run had left on its way, ${accepted} objects were delivered and ${rejected} rejected`;
      if (rejected === 0) log.info(`${sentence}.`);
      // People have to decide on them, and no count of this run's records says so.
      else log.warn(`${sentence}; these are in ${this.parts.rejectedLocation}`);
    }
    if (!halt.aborted) await staging.tidy();
  }

  private async take(input: AsyncIterable<Buffer | string>): Promise<void> {
    const { halt } = this.parts;
    const messages = new Messages(this.flatRecords);
    try {
      // A failure must end the sync also while the host sends nothing.
      for await (const batch of readLines(takeUntil(input, halt), maxLineBytes, lineTooLong, halt)) {
        this.lastInputAtMs = Date.now();
        const { bytes, starts, ends, firstNumber } = batch;
        for (let index = 0; index < starts.length; index++) {
          const [start, end] = [starts[index] as number, ends[index] as number];
          const message = messages.parse(bytes, start, end, firstNumber + index);
          if (!message) continue;
          const wait = this.handle(message);
          if (wait) await wait;
          const storing = this.intake.untilStored();
          if (storing) await storing;
          const spilling = this.parts.removals?.spill();
          if (spilling) await spilling;
          if (halt.aborted) return;
        }
      }
    } finally {
      // Also when the input turned out to be garbage: what was good is delivered.
      await this.lookUps.flush();
      await this.dispatcher.drain();
    }
  }

  private handle(message: HostMessage): Promise<void> | undefined {
    switch (message.kind) {
      case "record":
        return this.intake.receive(message);
      case "flat record":
        return this.receiveFlat(message.flat);
      case "state":
        // First: the state may leave at once.
        this.parts.journals.stateReceived(this.acknowledger.openEpoch, message.state.stream);
        this.acknowledger.state(message.state);
        this.parts.removals?.state(message.state.stream);
        return undefined;
      case "status":
        this.parts.journals.source.status(message.stream, message.status);
        this.parts.removals?.status(message.stream, message.status);
        return undefined;
      case "to people":
        if (message.isError) this.sourceFailed();
        return this.context.output.line(this.context.secrets.redact(message.line));
      case "other":
        return undefined;
    }
  }

  private sourceFailed(): void {
    this.parts.journals.source.failed();
    this.parts.removals?.sourceFailed();
  }

  private receiveFlat(flat: FlatRecords): Promise<void> | undefined {
    const taken = this.flatPath?.take(flat) ?? false;
    if (typeof taken !== "boolean") return taken;
    if (taken) return undefined;
    const { stream, text, lineBytes: sizeBytes } = flat;
    const data = JSON.parse(text) as JsonObject;
    const json = { text, sizeBytes: flat.sizeBytes };
    return this.intake.receive({ kind: "record", stream, data, json, sizeBytes });
  }

  private reject(update: Update, reason: Reason, outgoing: Outgoing): void {
    const { record } = update;
    this.lookUps.refused(update);
    this.parts.meter.undelivered(outgoing);
    refuse(record, reason);
    this.intake.settle(record);
  }

  /** Makes the rejected records durable, and with that known what became of what they are about. */
  private keepRejected(): Promise<void> {
    const { rejected, staging } = this.parts;
    const persist = (): Promise<void> => rejected.persist();
    return staging ? staging.settleDoubts(persist) : persist();
  }

  /** Ends the sync: no record can be delivered, or none can be kept safe, any more. */
  private fail(error: unknown): void {
    this.parts.failure.abort(error);
  }

  /** Sends partial batches when the input is quiet. */
  private async keepTime(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await sleep(tickMs, ended).catch(() => undefined);
      const now = Date.now();
      await this.flush(now - this.lastInputAtMs >= quietMs ? 0 : longestWaitMs);
    }
  }

  /** Sends what has waited for company for so long. */
  private async flush(waitedMs: number): Promise<void> {
    if (waitedMs === 0 || this.lookUps.waitedMs >= waitedMs) {
      await this.lookUps.flush().catch((error) => this.fail(error));
    }
    this.dispatcher.flush(waitedMs);
  }

  private async makeSafe(): Promise<void> {
    try {
      await this.keepRejected();
      // Before the index: what it stores need not be noted as changed any more.
      await this.parts.staging?.end();
      await this.parts.deltas?.store();
      await this.acknowledger.flush();
      await this.parts.journals.end(!this.parts.halt.aborted);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Those who left are removed only after a sync that went well; otherwise it is kept who came along. */
  private async finishRemovals(): Promise<void> {
    const { removals, deltas, halt } = this.parts;
    if (!removals) return;
    try {
      await removals.finish(!halt.aborted).finally(() => deltas?.store());
    } catch (error) {
      this.fail(error);
    }
  }

  private whetherStored(): string {
    const { rejected, report } = this.parts;
    if (rejected.unstored === 0) return "they are in";
    return rejected.unstored < report.totals.rejected
      ? "only some of them could be stored in"
      : "they could not be stored in";
  }

  /** What stays behind because nothing can be sent any more has saved nothing. */
  private countUndelivered(): void {
    const { meter } = this.parts;
    for (const outgoing of this.dispatcher.undelivered()) meter.undelivered(outgoing);
    for (const update of this.lookUps.undecided) meter.undelivered(outgoingOf(update));
  }

  private async tellResult(status: SyncStatus): Promise<void> {
    const { report, meter, storage, rejectedLocation } = this.parts;
    const { log } = this.context;
    if (this.parts.dryRun) log.info("Dry run: nothing was sent. What would have been:");
    for (const line of report.lines()) log.info(line);
    for (const line of this.parts.journals.lines()) log.info(line);
    log.info(meter.line());
    for (const line of report.warnings()) log.warn(line);
    if (report.totals.rejected > 0 && rejectedLocation !== undefined) {
      log.warn(
        `${report.totals.rejected} records were rejected; ${this.whetherStored()} ${rejectedLocation}`,
      );
    }
    if (!storage) return;
    // Records and states are safe by now: that the report is missing is no reason to send them all again.
    await report
      .store(storage, status, new Date(), this.parts.dryRun)
      .catch((error) => log.warn(`The report of the sync could not be written: ${errorMessage(error)}`));
  }
}

/** Resolves some time after a stop; never without one. */
function after(stop: AbortSignal, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const start = (): void => {
      setTimeout(resolve, delayMs).unref();
    };
    if (stop.aborted) start();
    else stop.addEventListener("abort", start, { once: true });
  });
}
