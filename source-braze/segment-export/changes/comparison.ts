import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import { errorMessage } from "@braze-connectors/shared/airbyte/errors";
import { describeSegment, type Segment } from "../../segments";
import { count } from "../../wording";
import type { ExportJob, Means } from "../job";
import type { RecordMaker } from "../record";
import type { RecordShape } from "../shape";
import { Changes } from "./changes";
import { IndexStore, indexName, type NewIndex } from "./index-store";
import { openBasis } from "./open-basis";

/** An export under comparison with what was known of its segment. */
export interface Comparison {
  changes: Changes;
  store: IndexStore;
  /** Fingerprint of the columns. */
  columns: string;
  /** Whether the catalog has the column that tells who left. */
  tellsLeavers: boolean;
}

/** What the last state says of an incremental export. */
export interface IncrementalStart {
  /** The index that the last complete export left. */
  index: string | undefined;
  /** Whether users were emitted since then that it does not know. */
  emittedBesideIndex: boolean;
}

interface Compared {
  segment: Segment;
  shape: RecordShape;
  incremental: IncrementalStart | undefined;
}

/** Opens what an export is compared with; undefined when all of it is wanted anyway. */
export async function openComparison(
  { segment, shape, incremental }: Compared,
  { storage, context }: Means,
): Promise<Comparison | undefined> {
  if (incremental === undefined || storage === undefined) return undefined;
  const store = new IndexStore(storage, segment.id);
  await store.probe();
  const columns = shape.fingerprint;
  const basis = await openBasis(
    store,
    { segment: describeSegment(segment), columns, ...incremental },
    context.log,
  );
  const { tellsLeavers, passesOn } = shape;
  return { changes: new Changes(basis, passesOn), store, columns, tellsLeavers };
}

/**
 * Ends the comparison with an export of which every line was seen: emits who left, and puts the new index into
 * the bucket. The old one stays until a sync begins with a state that names the new one.
 */
export async function closeComparison(
  comparison: Comparison | undefined,
  records: RecordMaker,
  job: ExportJob,
): Promise<void> {
  if (comparison === undefined) return;
  const { context } = job.means;
  const keepsUnseen = await emitLeavers(comparison, records, job);
  const index = indexOf(comparison, job, keepsUnseen);
  await comparison.store.save(index);
  job.means.book.noteIndex(job.segment.id, index.name);
  const { strangers } = comparison.changes;
  if (strangers > 0) {
    context.log.warn(
      `${count(strangers, "user")} of ${job.name} came without a braze_id of 24 hexadecimal digits: emitted always, and never reported as gone.`,
    );
  }
  await removeOutdated(comparison, index, job);
}

/**
 * Puts whom an export that is given up has brought into an index, beside those who were known: the host has
 * heard of them, so whoever of them is not in the next export has left.
 */
export async function keepGivenUp(comparison: Comparison | undefined, job: ExportJob): Promise<void> {
  if (comparison === undefined || comparison.changes.basis.table.seen === 0) return;
  const { book, context } = job.means;
  const index = indexOf(comparison, job, true);
  try {
    await comparison.store.save(index);
  } catch (error) {
    // What went wrong with the export is what people must hear of.
    context.log.warn(
      `Who was new in the export of ${job.name} could not be kept in mind (${errorMessage(error)}): who of them leaves before the next one is not reported.`,
    );
    return;
  }
  book.noteGivenUp(job.segment.id, index.name);
  await removeOutdated(comparison, index, job);
}

function indexOf(
  { changes: { basis }, columns }: Comparison,
  job: ExportJob,
  keepsUnseen: boolean,
): NewIndex {
  const { objectPrefix, exportedAt } = job.progress;
  return {
    name: indexName(exportedAt, objectPrefix),
    columns,
    exportedAt,
    previous: basis.index,
    secondPrevious: basis.previous,
    table: basis.table,
    keepsUnseen,
  };
}

async function removeOutdated({ store }: Comparison, index: NewIndex, job: ExportJob): Promise<void> {
  const { clock, context } = job.means;
  try {
    await store.removeOutdated(index, clock.now());
  } catch (error) {
    context.log.warn(`Old indexes of ${job.name} could not be removed: ${errorMessage(error)}`);
  }
}

/** @returns whether the users that the export does not have must be kept in mind */
async function emitLeavers(
  { changes, tellsLeavers }: Comparison,
  records: RecordMaker,
  job: ExportJob,
): Promise<boolean> {
  const { emitter, context } = job.means;
  const { leaverCount } = changes;
  if (leaverCount === 0) return false;
  if (job.isFarTooSmall) {
    context.log.warn(
      `${count(leaverCount, "user")} of ${job.name} are not in this export, but it may not be whole: they are not reported as gone before an export agrees with /segments/data_series.`,
    );
    return true;
  }
  if (!tellsLeavers) {
    context.log.info(
      `${count(leaverCount, "user")} left ${job.name}; not reported, for the column left_segment_at is not selected.`,
    );
    return false;
  }
  for (const brazeId of changes.leavers()) {
    throwIfStopped(context.stop);
    const slowHost = emitter.recordJson(records.ofLeaver(brazeId));
    if (slowHost) await slowHost;
  }
  context.log.info(`${count(leaverCount, "user")} left ${job.name}.`);
  return false;
}
