import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { dataTextIn } from "./data-text";
import type { Journals } from "./journal/journals";
import type { RecordMessage } from "./messages";
import type { DataPointMeter } from "./meter";
import type { Reason } from "./objects/object";
import type { Acknowledger } from "./pipeline/acknowledge";
import type { Deltas } from "./pipeline/deltas";
import { prepareUpdate } from "./pipeline/prepare";
import { dataOf, letGo, textOf } from "./pipeline/record-data";
import type { RejectedRecords } from "./pipeline/rejected";
import { type ReceivedRecord, refuse, type Update } from "./pipeline/update";
import { identityOfRejected } from "./removed/identities";
import type { Removals } from "./removed/removals";
import type { SyncReport } from "./report/report";
import type { Routes } from "./routes";
import type { Handles } from "./shard-handles";

export interface IntakeParts {
  routes: Routes;
  /** Absent when all records are this process's. */
  handles: Handles | undefined;
  rejected: RejectedRecords;
  report: SyncReport;
  meter: DataPointMeter;
  /** Absent when everything is sent and nothing remembered. */
  deltas: Deltas | undefined;
  /** Recognises what Braze has accepted before an interruption. */
  journals: Journals;
  /** Absent when profiles that a stream does not bring any more are kept. */
  removals: Removals | undefined;
  acknowledger: Acknowledger;
  /** Takes the updates further. Await what is returned, if anything, before the next one. */
  handOn(update: Update): Promise<void> | undefined;
  /** Told when rejected records can't be kept. */
  failed(error: unknown): void;
  log: Logger;
}

/** Makes updates of the records that come in, and settles each record with the last of its updates. */
export class Intake {
  private readonly unknownStreams = new Set<string>();
  /** Rejected records on their way to the storage, when there are enough to wait for. */
  private storing: Promise<void> | undefined;

  constructor(private readonly parts: IntakeParts) {}

  /** Takes a record. Await what is returned, if anything, before the next one. */
  receive({ stream, data, json, read, line, sizeBytes, problem }: RecordMessage): Promise<void> | undefined {
    const known = this.parts.routes.get(stream);
    const routes = (problem === undefined ? known : undefined) ?? [];
    const epoch = this.parts.acknowledger.receive();
    const record: ReceivedRecord = {
      stream,
      data,
      json,
      utf8: undefined,
      line,
      sizeBytes,
      epoch,
      open: 1,
      reasons: [],
      changed: false,
    };
    this.parts.journals.received(stream, data);
    this.parts.report.received(stream);
    this.parts.removals?.record(stream);
    const { handles } = this.parts;
    let isOurs = handles === undefined || (routes.length === 0 && handles.identity(undefined));
    if (isOurs && !known) refuse(record, this.unknownStream(stream));
    else if (isOurs && problem !== undefined) refuse(record, { code: "invalid_value", message: problem });
    const updates: Update[] = [];
    for (const route of routes) {
      const update = prepareUpdate(record, route);
      const isRejected = Array.isArray(update);
      if (handles) {
        const own = handles.identity(isRejected ? identityOfRejected(data, route) : update.identity);
        if (route === routes[0]) record.isGuest = !own;
        if (!own) continue;
        isOurs = true;
      }
      if (isRejected) {
        refuse(record, ...update);
        this.parts.removals?.rejected(stream, data, route);
      } else updates.push(update);
    }
    if (!isOurs) {
      this.leave(record);
      return undefined;
    }
    // Counted before the first one is on its way: it may be settled at once.
    record.open += updates.length;
    let waiting: Promise<void> | undefined;
    for (const update of updates) {
      waiting = waiting ? waiting.then(() => this.send(update)) : this.send(update);
    }
    this.settle(record);
    if (read && record.open > 0) letGo(record, read.bytes, read.start, updates);
    return waiting;
  }

  /** Hands an update on. Await what is returned, if anything, before the next one. */
  private send(update: Update): Promise<void> | undefined {
    const { record, notes } = update;
    if (notes) this.parts.report.noted(record.stream, notes);
    this.parts.removals?.received(update);
    this.parts.meter.received(update);
    if (this.parts.journals.recognise(update)) {
      this.settle(record);
      return undefined;
    }
    if (this.parts.journals.doubts(update)) {
      refuse(record, perhapsSentBefore);
      this.settle(record);
      return undefined;
    }
    const loading = this.parts.deltas?.prepare(update);
    return loading ? loading.then(() => this.parts.handOn(update)) : this.parts.handOn(update);
  }

  /** Settles one of the updates of a record, or its receipt; with the last of them the record is settled. */
  settle(record: ReceivedRecord): void {
    record.open -= 1;
    if (record.open > 0) return;
    const { epoch, stream, reasons, changed } = record;
    if (reasons.length > 0) {
      this.reject(record);
      return;
    }
    if (record.isGuest) {
      this.leave(record);
      return;
    }
    if (changed) this.parts.report.accepted(stream);
    else this.parts.report.unchanged(stream);
    this.parts.acknowledger.settle(epoch, stream, "accepted");
  }

  /** Another shard counts the record. */
  private leave({ epoch, stream }: ReceivedRecord): void {
    this.parts.report.leftToOtherShards(stream);
    this.parts.acknowledger.settle(epoch, stream, "left");
  }

  private reject(record: ReceivedRecord): void {
    const { epoch, stream, line, reasons } = record;
    const data = dataOf(record);
    this.parts.report.rejected(stream, reasons, data);
    const text = textOf(record) ?? (line === undefined ? undefined : dataTextIn(line));
    const stored = this.parts.rejected.add(stream, data, reasons, text);
    if (stored) this.storing = stored.catch((error) => this.parts.failed(error));
    this.parts.acknowledger.settle(epoch, stream, "rejected");
  }

  /** Await what is returned, if anything: input waits for slow storage, so that rejected records don't fill the memory. */
  untilStored(): Promise<void> | undefined {
    const { storing } = this;
    this.storing = undefined;
    return storing;
  }

  private unknownStream(stream: string): Reason {
    if (!this.unknownStreams.has(stream)) {
      this.unknownStreams.add(stream);
      this.parts.log.warn(
        `Records arrive for the stream "${stream}", which is not in the catalog: they are rejected.`,
      );
    }
    const message = `The stream "${stream}" is not in the configured catalog.`;
    return { code: "stream_not_in_catalog", message };
  }
}

const perhapsSentBefore: Reason = {
  code: "outcome_unknown",
  message:
    "A sync was interrupted when Braze had taken a message like this: nobody knows whether the host brings the same one again, or another.",
};
