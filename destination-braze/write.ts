import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { SyncResult, WriteInput } from "@braze-connectors/shared/airbyte/connector";
import type { Context } from "@braze-connectors/shared/airbyte/context";
import { parseEndpoint } from "@braze-connectors/shared/braze/endpoint";
import { RateLimit } from "@braze-connectors/shared/braze/rate-limit";
import { patient } from "@braze-connectors/shared/braze/retry";
import { mappingsWithoutStream } from "@braze-connectors/shared/mapping/pattern";
import { openStorage } from "@braze-connectors/shared/storage/open";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import { askBraze } from "./ask-braze";
import { openBraze } from "./braze";
import { caveatsOf } from "./delta/caveats";
import { closeIndexes, openIndexes } from "./delta/open-indexes";
import type { StreamIndex } from "./delta/stream-index";
import type { Journal } from "./journal/journal";
import { Journals } from "./journal/journals";
import { DataPointMeter } from "./meter";
import { Deliverer } from "./pipeline/deliver";
import { Deltas } from "./pipeline/deltas";
import { DryDeliverer } from "./pipeline/dry-deliver";
import { LoggedRejectedRecords, runName, StoredRejectedRecords, type SyncRun } from "./pipeline/rejected";
import { openRemovals } from "./removed/open-removals";
import { SyncReport } from "./report";
import { planRoutes, type Routes } from "./routes";
import { type Settings, settingsOf } from "./settings";
import { openStaging } from "./staging/open-staging";
import { Sync } from "./sync";

/** Delivers the host's records to Braze. @returns once everything received is settled */
export async function write(
  { config, catalog, input, dryRun }: WriteInput<BrazeDestinationConfig>,
  context: Context,
): Promise<SyncResult> {
  const settings = settingsOf(config);
  const routes = planRoutes(catalog, settings);
  describeRoutes(routes, context);
  warnOfUnusedMappings(catalog, settings, context);
  const run = runOf(catalog, new Date());
  const failure = new AbortController();
  const halt = AbortSignal.any([context.stop, failure.signal]);
  // Every request in flight listens to it; Node.js would take more than ten for a leak.
  setMaxListeners(0, halt);
  const braze = openBraze(settings, context, patient, halt);
  const storage = await openStorage(settings.storage);
  let indexes: ReadonlyMap<string, StreamIndex> = new Map();
  try {
    if (storage) {
      const caveats = settings.send === "everything" ? [] : caveatsOf(catalog, routes);
      for (const caveat of caveats) context.log.warn(caveat);
      const lost = (error: Error): void => failure.abort(error);
      indexes = await openIndexes(
        catalog,
        storage,
        { url: parseEndpoint(settings.url), readOnly: dryRun, run: runName(run), lost },
        context,
      );
    }
    const limit = new RateLimit({
      requestsPer3Seconds: settings.limits.requestsPer3Seconds,
      requestsPerHour: settings.limits.requestsPerHour,
      onLongWait: (untilMs, why) =>
        context.log.warn(`Waiting until ${new Date(untilMs).toISOString()}: ${why}.`),
    });
    const deliverer = dryRun ? new DryDeliverer() : new Deliverer(braze, limit);
    const meter = new DataPointMeter();
    const byStream = new Map([...indexes].map(([stream, { index }]) => [stream, index]));
    const report = new SyncReport(routes, run, deliverer.statistics, meter);
    const deltas = storage && new Deltas(byStream, settings.send);
    const removals =
      storage &&
      deltas &&
      (await openRemovals(
        {
          settings,
          catalog,
          storage,
          indexes: byStream,
          braze,
          deliverer,
          deltas,
          meter,
          report,
          halt,
          dryRun,
        },
        context,
      ));
    const failed = (error: unknown): void => failure.abort(error);
    const journals = new Journals(journalsOf(indexes), failed);
    const staged =
      storage && deltas && !dryRun
        ? await openStaging({
            storage,
            indexes,
            journals,
            deltas,
            run: runName(run),
            concurrentRequests: settings.limits.concurrentRequests,
            halt,
            failed,
            log: context.log,
          })
        : undefined;
    const sync = new Sync(
      {
        routes,
        limits: settings.limits,
        deliverer,
        rejected: storage ? new StoredRejectedRecords(storage, run) : new LoggedRejectedRecords(context.log),
        report,
        meter,
        deltas,
        journals,
        staging: staged?.staging,
        leftOver: staged?.leftOver ?? [],
        removals,
        askBraze: askBraze(braze),
        dryRun,
        storage,
        rejectedLocation: storage && `${storage.location}/${run.syncId}/rejected/`,
        failure,
        halt,
      },
      context,
    );
    await sync.run(input);
    return "complete";
  } finally {
    await closeIndexes(indexes);
    storage?.close();
    await braze.close();
  }
}

function journalsOf(indexes: ReadonlyMap<string, StreamIndex>): Map<string, Journal> {
  const journals = new Map<string, Journal>();
  for (const [stream, { journal }] of indexes) if (journal) journals.set(stream, journal);
  return journals;
}

function describeRoutes(routes: Routes, { log }: Context): void {
  for (const { stream, object, mapping, ignoredColumns } of [...routes.values()].flat()) {
    log.info(`${stream} is written to ${object.name}${mapping ? ", mapped" : ""}.`);
    if (ignoredColumns.length > 0) {
      const why = mapping ? "its mapping does not name them" : `Braze's ${object.name} don't take them`;
      log.info(`${stream}: left out, for ${why}: ${ignoredColumns.join(", ")}.`);
    }
    for (const field of mapping?.unknownFields ?? []) {
      log.warn(`${stream}: the mapping reads "${field}", which the stream's schema does not mention.`);
    }
  }
}

function warnOfUnusedMappings(
  { streams }: ConfiguredAirbyteCatalog,
  settings: Settings,
  { log }: Context,
): void {
  const names = streams.map(({ stream }) => stream);
  for (const { mapping, index } of mappingsWithoutStream(settings.streams, names)) {
    log.warn(`"streams.${index}" fits none of the streams of this sync: "${mapping.stream}".`);
  }
}

/** The sync as the host knows it: `sync_id` of the catalog, else the start time; the try from Airbyte's environment. */
function runOf(catalog: ConfiguredAirbyteCatalog, startedAt: Date): SyncRun {
  const syncId = catalog.streams.map((stream) => stream.sync_id).find((id) => id !== undefined);
  const attempt = Number(process.env.WORKER_JOB_ATTEMPT ?? 0);
  return {
    id: randomUUID().slice(0, 8),
    syncId: syncId === undefined ? startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, "") : String(syncId),
    attempt: Number.isInteger(attempt) ? attempt : 0,
    startedAt,
  };
}
