import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { SyncResult, WriteInput } from "@braze-connectors/shared/airbyte/connector";
import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { parseEndpoint } from "@braze-connectors/shared/braze/endpoint";
import { throughOutages } from "@braze-connectors/shared/braze/retry";
import { mappingsWithoutStream } from "@braze-connectors/shared/mapping/pattern";
import { describeShard, type Shard } from "@braze-connectors/shared/shard";
import { openStorage } from "@braze-connectors/shared/storage/open";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import { askBraze } from "./ask-braze";
import { connector, openBraze } from "./braze";
import { caveatsOf } from "./delta/caveats";
import { IndexesElsewhere } from "./delta/indexes-elsewhere";
import { closeIndexes, openIndexes, streamFolder } from "./delta/open-indexes";
import type { StreamIndex } from "./delta/stream-index";
import { Undone } from "./delta/undone";
import type { Journal } from "./journal/journal";
import { Journals } from "./journal/journals";
import { DataPointMeter } from "./meter";
import { catalogCaveats } from "./objects/catalog-items/caveats";
import { ensureCatalogs } from "./objects/catalog-items/ensure-catalogs";
import type { Sends, Slot } from "./objects/endpoint";
import { mergeUsers } from "./objects/merge-users/merge-users";
import { RateLimits } from "./objects/rate-groups";
import { attributes } from "./objects/track/track";
import { Deliverer } from "./pipeline/deliver";
import { Deltas } from "./pipeline/deltas";
import { DryDeliverer } from "./pipeline/dry-deliver";
import { LoggedRejectedRecords, runName, StoredRejectedRecords, type SyncRun } from "./pipeline/rejected";
import { openRemovals } from "./removed/open-removals";
import { SyncReport } from "./report/report";
import { RequestLog } from "./report/requests";
import { planRoutes, type Routes, streamKey } from "./routes";
import { type Settings, settingsOf } from "./settings";
import { handlesOf } from "./shard-handles";
import { openStaging } from "./staging/open-staging";
import { Sync } from "./sync";
import { watchSync } from "./watch-sync";

/** Delivers the host's records to Braze. @returns once everything received is settled */
export async function write(
  { config, catalog, input, dryRun }: WriteInput<BrazeDestinationConfig>,
  context: Context,
): Promise<SyncResult> {
  const settings = settingsOf(config);
  const routes = planRoutes(catalog, settings);
  describeRoutes(routes, context);
  if (settings.shard) context.log.info(shardLine(settings.shard));
  warnOfUnusedMappings(catalog, settings, context);
  for (const caveat of catalogCaveats(routes)) context.log.warn(caveat);
  const run = runOf(catalog, new Date());
  const failure = new AbortController();
  const halt = AbortSignal.any([context.stop, failure.signal]);
  // Every request in flight listens to it; Node.js would take more than ten for a leak.
  setMaxListeners(0, halt);
  const { log, stop } = context;
  const requests = new RequestLog(run.startedAt.getTime());
  const braze = openBraze(settings, context, throughOutages(settings.maxOutageMs), halt, requests);
  const storage = await openStorage(settings.storage, { maxMs: settings.maxOutageMs, log, stop });
  let indexes: ReadonlyMap<string, StreamIndex> = new Map();
  try {
    if (storage) {
      const caveats = settings.send === "everything" ? [] : caveatsOf(catalog, routes);
      for (const caveat of caveats) context.log.warn(caveat);
      const lost = (error: Error): void => failure.abort(error);
      indexes = await openIndexes(
        catalog,
        storage,
        {
          url: parseEndpoint(settings.url),
          shard: settings.shard,
          readOnly: dryRun,
          run: runName(run),
          lost,
        },
        context,
      );
    }
    const rateLimits = new RateLimits(settings.limits, (untilMs, why) =>
      context.log.warn(`Waiting until ${new Date(untilMs).toISOString()}: ${why}.`),
    );
    await ensureCatalogs(
      catalog,
      routes,
      braze,
      rateLimits,
      { create: settings.createCatalogs, dryRun },
      context.log,
    );
    const deliverer = dryRun
      ? new DryDeliverer()
      : new Deliverer(whileUsable(storage, braze), rateLimits, settings.limits);
    const meter = new DataPointMeter();
    const byStream = new Map([...indexes].map(([stream, { index }]) => [stream, index]));
    const rejectedLocation = storage && `${storage.location}/${run.syncId}/rejected/`;
    const rejected = storage ? storedRejected(storage, run, context) : new LoggedRejectedRecords(context.log);
    const report = new SyncReport({
      connector,
      routes,
      run,
      delivery: deliverer.statistics,
      meter,
      limits: settings.limits,
      limit: rateLimits.of("track"),
      requests,
      values: settings.reportValues,
      failure: failure.signal,
      redact: (text) => context.secrets.redact(text),
      rejectedLocation,
      shard: settings.shard,
      rejected,
    });
    const here = new Set([...indexes.keys()].map(streamFolder));
    const elsewhere = storage && !dryRun ? new IndexesElsewhere(storage, here, runName(run)) : undefined;
    const undone = new Undone(byStream, (stream, kind) => remembers(routes, stream, kind), elsewhere);
    const deltas = storage && new Deltas(byStream, settings.send, undone);
    const removals =
      storage &&
      deltas &&
      (await openRemovals(
        {
          settings,
          catalog: writtenTo(attributes, catalog, routes),
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
    const journals = new Journals(
      journalsOf(indexes),
      {
        receivedOf: (stream) => report.receivedOf(stream),
        hostTells: toldOf(catalog),
        merges: [...routes.values()].flat().some(({ object }) => object === mergeUsers),
      },
      failed,
    );
    const staged =
      storage && deltas && !dryRun
        ? await openStaging({
            storage,
            shard: settings.shard,
            indexes,
            journals,
            deltas,
            undone,
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
        handles: handlesOf(settings.shard),
        limits: settings.limits,
        messagesInDoubt: settings.messagesInDoubt,
        deliverer,
        rejected,
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
        rejectedLocation,
        failure,
        halt,
      },
      context,
    );
    await watchSync(() => sync.run(input), report, settings.limits, context);
    return "complete";
  } finally {
    await closeIndexes(indexes);
    storage?.close();
    await braze.close();
  }
}

const storedRejected = (storage: ObjectStorage, run: SyncRun, { secrets }: Context): StoredRejectedRecords =>
  new StoredRejectedRecords(
    storage,
    run,
    () => new Date(),
    (text) => secrets.redact(text),
  );

/** What Braze accepts has to be remembered: while the storage can't be used, nothing is sent. */
const whileUsable = (storage: ObjectStorage | undefined, braze: BrazeClient): Sends => ({
  async send(request) {
    await storage?.untilUsable?.();
    return braze.send(request);
  },
});

/** A catalog with those streams alone of which something travels in a slot. */
const writtenTo = (
  slot: Slot,
  { streams, ...rest }: ConfiguredAirbyteCatalog,
  routes: Routes,
): ConfiguredAirbyteCatalog => ({
  ...rest,
  streams: streams.filter(({ stream: { name, namespace } }) =>
    routes.get(streamKey(name, namespace))?.some(({ object }) => object.slot === slot),
  ),
});

/** Hosts number the generations of a stream for destinations that they also tell when a stream is complete. */
function toldOf({ streams }: ConfiguredAirbyteCatalog): (stream: string) => boolean {
  const numbered = streams.filter((stream) => stream.generation_id !== undefined);
  const names = new Set(numbered.map(({ stream: { name, namespace } }) => streamKey(name, namespace)));
  return (stream) => names.has(stream);
}

/** Whether a stream may remember what is of a kind: it is written to such objects, or deletes them. */
const remembers = (routes: Routes, stream: string, kind: "items" | "people"): boolean =>
  (routes.get(stream) ?? []).some(
    ({ object }) => object.name.startsWith("catalog_items/") === (kind === "items"),
  );

function journalsOf(indexes: ReadonlyMap<string, StreamIndex>): Map<string, Journal> {
  const journals = new Map<string, Journal>();
  for (const [stream, { journal }] of indexes) if (journal) journals.set(stream, journal);
  return journals;
}

const shardLine = (shard: Shard): string =>
  `This is ${describeShard(shard)}: it handles its share of the identities, with its share of the limits, and leaves the others to the other shards.`;

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
