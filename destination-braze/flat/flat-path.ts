import type { Journals } from "../journal/journals";
import type { DataPointMeter } from "../meter";
import { users } from "../objects/users/users";
import type { Acknowledger } from "../pipeline/acknowledge";
import type { Deltas } from "../pipeline/deltas";
import type { Dispatcher } from "../pipeline/dispatch";
import type { LookUps } from "../pipeline/look-up";
import type { Removals } from "../removed/removals";
import type { SyncReport } from "../report/report";
import type { Route, Routes } from "../routes";
import type { Handles } from "../shard-handles";
import { FlatRecords } from "./flat-records";
import { flatOutgoing } from "./flat-update";

export interface FlatPathParts {
  /** Absent when all records are this process's. */
  handles?: Handles | undefined;
  deltas: Pick<Deltas, "reduceFlat">;
  dispatcher: Pick<Dispatcher, "holds" | "mayHold" | "addReduced">;
  lookUps: Pick<LookUps, "isBusy">;
  journals: Pick<Journals, "awaits">;
  acknowledger: Pick<Acknowledger, "receive" | "settle">;
  meter: Pick<DataPointMeter, "receivedFlat">;
  report: Pick<SyncReport, "received" | "unchanged" | "leftToOtherShards">;
}

/**
 * The short way for the records that make up most of most syncs: profiles of plain values, new or known, of which
 * nothing else is on its way. They are neither parsed nor built. All others go the
 * usual way, which does the same with more work; see docs/performance.md.
 */
export class FlatPath {
  constructor(private readonly parts: FlatPathParts) {}

  /**
   * Takes the record that was read last.
   * @returns whether it was taken; if not, nothing has happened. Await the promise, if it is one, before the
   *   next record
   */
  take(flat: FlatRecords): boolean | Promise<void> {
    const { handles, deltas, dispatcher, lookUps, journals, acknowledger, meter, report } = this.parts;
    const { stream, shape } = flat;
    if (!shape || lookUps.isBusy || journals.awaits(stream)) return false;
    if (handles?.hash(flat.spreadLo, flat.spreadHi) === false) {
      report.received(stream);
      report.leftToOtherShards(stream);
      acknowledger.settle(acknowledger.receive(), stream, "left");
      return true;
    }
    // What is on its way changes what Braze has.
    if (dispatcher.mayHold(flat.idLo) && dispatcher.holds(flat.identity)) return false;
    const delta = deltas.reduceFlat(stream, flat, shape);
    if (delta === "look closer") return false;
    const epoch = acknowledger.receive();
    report.received(stream);
    meter.receivedFlat(shape);
    if (delta === "unchanged") {
      report.unchanged(stream);
      acknowledger.settle(epoch, stream, "accepted");
      return true;
    }
    const outgoing = flatOutgoing(flat, shape, delta, epoch);
    return dispatcher.addReduced(outgoing) ?? true;
  }
}

/** The streams whose records may go the short way, by name. */
export function flatStreams(
  routes: Routes,
  deltas: Pick<Deltas, "numbersOf"> | undefined,
  removals: Pick<Removals, "watches"> | undefined,
): Map<string, FlatRecords> {
  const streams = new Map<string, FlatRecords>();
  for (const [stream, targets] of routes) {
    const numbersOf = deltas?.numbersOf(stream);
    if (!numbersOf || removals?.watches(stream) || !targets.every(isFlat) || targets.length !== 1) continue;
    streams.set(stream, new FlatRecords(stream, numbersOf));
  }
  return streams;
}

/** Whether records become objects as they are. */
function isFlat({ object, mapping, options }: Route): boolean {
  const { createUsers, segmentExport, matchBy = "external_id" } = options;
  return object === users && !mapping && createUsers && !segmentExport && matchBy === "external_id";
}
