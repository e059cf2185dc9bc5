import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { openConnections } from "@braze-connectors/shared/braze/dispatcher";
import { describeSegment, type Segment } from "../segments";
import { count } from "../wording";
import type { Changes } from "./changes/changes";
import {
  type Comparison,
  closeComparison,
  type IncrementalStart,
  keepGivenUp,
  openComparison,
} from "./changes/comparison";
import { readFromLink } from "./from-link";
import { readFromStorage } from "./from-storage";
import { ExportJob, type Means } from "./job";
import { parseLine } from "./json-line";
import type { LineTaker } from "./line-taker";
import { parseLink } from "./link";
import { placeForPeople } from "./listing";
import { PlainLines } from "./plain-lines";
import { type RecordMaker, recordMaker } from "./record";
import { requestExport, type StartedExport } from "./request";
import type { RecordShape } from "./shape";
import { followExport, leaderOf, tell, tellAgain } from "./shards/agreement";
import { nothingRead, type Plan, type SegmentProgress } from "./state";

/** What is to be read of a segment. */
export interface Wanted {
  segment: Segment;
  /** What the last state makes of it. */
  plan: Plan;
  shape: RecordShape;
  /** Fingerprint of the request (state.ts). */
  fingerprint: string;
  /** For an incremental sync: the index that the state names, if it names one. */
  incremental: IncrementalStart | undefined;
}

const shortestSignature = 16;
/** How long the download may pause. */
const linkTimeoutMs = 120_000;

/**
 * Exports one segment and emits its users; or goes on with an export that an earlier run began.
 * @param size of the segment, as far as known
 */
export async function readSegment(wanted: Wanted, size: number | undefined, means: Means): Promise<void> {
  const { segment, plan } = wanted;
  const { log } = means.context;
  if (plan.kind === "skip") {
    log.info(`The export of ${describeSegment(segment)} was read to its end by the last, unfinished sync.`);
    await tellAgain(plan.progress, segment, means);
    return;
  }
  const comparison = await openComparison(wanted, means);
  if (plan.kind === "continue") {
    const told = await tellAgain(plan.progress, segment, means);
    const progress = asFarAsCompared(told, comparison);
    const { exportedAt, files, users } = progress;
    log.info(
      `Going on with the export of ${describeSegment(segment)} that was requested at ${exportedAt}: ${count(users, "user")} in ${count(files.length, "file")} were read already.`,
    );
    await pickUp(wanted, progress, { comparison, size }, means);
    return;
  }
  if (plan.reason !== undefined)
    log.info(`A new export of ${describeSegment(segment)} is requested: ${plan.reason}.`);
  const followed = await followExport(segment, wanted.fingerprint, means);
  const { progress, url } = followed
    ? { progress: followed, url: undefined }
    : await startExport(wanted, comparison?.changes.basis.index, means);
  await pickUp(wanted, progress, { comparison, size, url }, means);
}

/** What an earlier run read of an export, if it was compared with the same index as now: else nothing. */
function asFarAsCompared(progress: SegmentProgress, comparison: Comparison | undefined): SegmentProgress {
  const index = comparison?.changes.basis.index;
  if (progress.comparedWith === index) return progress;
  return { ...progress, comparedWith: index, files: [], users: 0 };
}

/** Requests an export and, before anything else can go wrong, says in a state that it was requested. */
async function startExport(
  { segment, shape: { selection }, fingerprint }: Wanted,
  comparedWith: string | undefined,
  means: Means,
): Promise<{ progress: SegmentProgress; url: string | undefined }> {
  const { storage, settings, context, book } = means;
  const leader = leaderOf(segment, means);
  await leader?.withdraw();
  const started = await requestExport(
    {
      segment,
      selection,
      format: storage ? "gzip" : "zip",
      fieldsAreChosen: settings.fields !== undefined,
      ...settings,
    },
    { ...means, ...context },
  );
  if (started.url !== undefined) keepSecret(started.url, means);
  const progress: SegmentProgress = {
    objectPrefix: started.objectPrefix,
    exportedAt: new Date(started.requestedAtMs).toISOString(),
    request: fingerprint,
    via: started.url === undefined ? "storage" : "link",
    ...nothingRead,
    comparedWith,
  };
  checkStorage(segment, started, means);
  await book.say(segment.id, progress);
  return { progress: await tell(leader, progress, segment, means), url: started.url };
}

/**
 * Compares where Braze puts the export with where the config expects it.
 * @throws config_error when it can't be picked up
 */
function checkStorage(segment: Segment, { url }: StartedExport, { storage, context, sharing }: Means): void {
  if (url === undefined && storage === undefined) {
    throw configError(
      `Braze sends no download link for ${describeSegment(segment)}: the workspace delivers exports to cloud storage. Set "object_storage_config" to the S3 bucket that is connected to Braze.`,
      { help: "no-download-link" },
    );
  }
  if (url !== undefined && sharing !== undefined) {
    throw configError(
      `Braze delivers the export of ${describeSegment(segment)} by download link, which shards can't share: connect the S3 bucket of "object_storage_config" to the workspace, or leave "shard" out.`,
      { help: "shards" },
    );
  }
  if (url !== undefined && storage !== undefined) {
    context.log.warn(
      `"object_storage_config" names ${storage.location}, but Braze delivers the export of ${describeSegment(segment)} by download link: the workspace has no cloud storage connected. Going on with the link, which an interrupted sync can't go on from.`,
    );
  }
}

/** Whoever has the link has the data: nothing that we print may show it. */
function keepSecret(url: string, { context: { secrets } }: Means): void {
  secrets.add(url);
  const query = url.split("?", 2)[1] ?? "";
  // A query so short holds no signature, and masking it would mask half of every sentence.
  if (query.length >= shortestSignature) secrets.add(query);
}

interface PickUp {
  comparison: Comparison | undefined;
  size: number | undefined;
  /** The download link, if there is one. */
  url?: string | undefined;
}

async function pickUp(
  { segment, shape }: Wanted,
  progress: SegmentProgress,
  { comparison, size, url }: PickUp,
  means: Means,
): Promise<void> {
  const { storage, context } = means;
  const { objectPrefix, exportedAt } = progress;
  const segmentId = segment.isControlGroup ? undefined : segment.id;
  const records = recordMaker({ segmentId, segmentName: segment.name, exportedAt }, shape);
  const changes = comparison?.changes;
  const taker = lineTaker(records, shape, changes, means.emitter);
  const { selection } = shape;
  const requested = `${count(selection.fields.length, "field")}${selection.customAttributes ? ` and ${count(selection.customAttributes.length, "custom attribute")}` : ""}`;
  const make = (place: string): ExportJob =>
    new ExportJob(segment, progress, place, size, taker, means, changes);
  if (url !== undefined) {
    const link = parseLink(url, new URL(means.braze.endpoint));
    const job = make("Braze's download link");
    context.log.info(`Export of ${job.name} requested (${requested}); waiting for the download link.`);
    const dispatcher = openConnections(url, { connections: 1, timeoutMs: linkTimeoutMs });
    const reading = readFromLink(job, link, dispatcher).finally(() => dispatcher.destroy());
    await toItsEnd(reading, comparison, job);
    await closeComparison(comparison, records, job);
    job.note({ done: true });
  } else if (storage) {
    const place = `${storage.location}/${placeForPeople(segmentId, objectPrefix)}`;
    const job = make(place);
    if (progress.files.length === 0) {
      context.log.info(`Export of ${job.name} requested (${requested}); waiting for files at ${place}.`);
    }
    await toItsEnd(readFromStorage(job, storage), comparison, job);
    await closeComparison(comparison, records, job);
    job.note({ done: true });
  }
}

/** Waits for the reading of an export; when it is given up, what it has brought is kept in mind. */
async function toItsEnd(
  reading: Promise<void>,
  comparison: Comparison | undefined,
  job: ExportJob,
): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (job.means.book.hasForgotten(job.segment.id)) await keepGivenUp(comparison, job);
    throw error;
  }
}

/** What is done with each line of the export. */
function lineTaker(
  records: RecordMaker,
  { passesOn }: RecordShape,
  changes: Changes | undefined,
  emitter: StreamEmitter,
): LineTaker {
  if (changes !== undefined) {
    return {
      take: (text) => {
        const line = parseLine(text);
        return changes.isNews(line) ? emitter.recordJson(records.ofUser(line)) : undefined;
      },
    };
  }
  const { front } = records;
  return {
    take: (line) => emitter.recordJson(records.ofUser(parseLine(line))),
    plain: front === undefined ? undefined : new PlainLines(front, passesOn, emitter),
  };
}
