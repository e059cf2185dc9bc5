import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { shardName } from "@braze-connectors/shared/shard";
import { openStorage } from "@braze-connectors/shared/storage/open";
import type { Braze } from "../braze";
import { type Clock, systemClock } from "../clock";
import { controlGroup, findSegments, type Segment, segmentSize } from "../segments";
import type { Settings } from "../settings";
import type { ReadRequest } from "../streams/stream";
import { expectedRows } from "./expected-rows";
import { ExportFailures } from "./export-failures";
import type { Means } from "./job";
import { ProgressBook } from "./progress-book";
import { readSegment } from "./read-segment";
import { shapeOf } from "./shape";
import {
  type ExportState,
  emittedBesideIndex,
  emptyState,
  parseState,
  planFor,
  requestFingerprint,
  startedAnew,
} from "./state";
import { StoppableStorage } from "./stoppable-storage";
import { TemporaryFiles } from "./temporary-files";

interface SourceOfExports {
  settings: Settings;
  braze: Braze;
  context: Context;
}

/** Exports the configured segments one after the other and emits their users. */
export function readSegments(
  source: SourceOfExports,
  request: ReadRequest,
  emitter: StreamEmitter,
  clock: Clock = systemClock,
): Promise<void> {
  const { settings, braze, context } = source;
  const find = async (): Promise<Found> => {
    const segments = await findSegments(braze, settings.segmentIds, (message) => context.log.warn(message));
    return { segments, sizes: await readSizes(segments, braze, context) };
  };
  return readExports(source, request, emitter, clock, find);
}

/** Exports the global control group and emits its users. Nothing tells its size. */
export function readControlGroup(
  { settings, ...source }: SourceOfExports,
  request: ReadRequest,
  emitter: StreamEmitter,
  clock: Clock = systemClock,
): Promise<void> {
  const found: Found = { segments: [controlGroup], sizes: new Map() };
  // "Individual custom attributes cannot be exported" (post_users_global_control_group): all or none.
  const segmentExport = { ...settings.segmentExport, customAttributes: undefined, mapping: undefined };
  const plain = { ...source, settings: { ...settings, segmentExport } };
  return readExports(plain, request, emitter, clock, async () => found);
}

interface Found {
  segments: Segment[];
  /** By identifier, as far as known. */
  sizes: Map<string, number>;
}

async function readExports(
  { settings, braze, context }: SourceOfExports,
  request: ReadRequest,
  emitter: StreamEmitter,
  clock: Clock,
  find: () => Promise<Found>,
): Promise<void> {
  const { segmentExport, shard } = settings;
  const beganAtMs = clock.now();
  const opened = await openStorage(settings.storage);
  const storage = opened && new StoppableStorage(opened, context.stop);
  const temporary = new TemporaryFiles();
  try {
    const { segments, sizes } = await find();
    const shape = shapeOf(segmentExport, request.columns);
    const mode = request.incremental ? "incremental" : "full_refresh";
    const emission = [mode, shape.fingerprint];
    const fingerprintOf = (emitted: readonly string[]): string =>
      requestFingerprint(shape.selection, storage?.location ?? "", emitted);
    const common = fingerprintOf(emission);
    const fingerprint = shard ? fingerprintOf([...emission, shardName(shard)]) : common;
    const sharing = shard && { shard, sync: request.sync ?? null, beganAtMs, request: common };
    const state = lastState(
      request,
      segments.map(({ id }) => id),
      context,
    );
    const rows = expectedRows(segments, sizes, state, request.incremental);
    if (rows !== undefined) emitter.estimate(Math.round(rows / (shard?.count ?? 1)));
    const book = new ProgressBook(state, emitter);
    const means: Means = {
      braze,
      storage,
      context,
      clock,
      settings: segmentExport,
      emitter,
      book,
      temporary,
      sharing,
    };
    const failures = new ExportFailures(segments.length, context.log);
    for (const segment of segments) {
      const plan = planFor(state, segment.id, fingerprint);
      const incremental = request.incremental
        ? {
            index: state.indexes.get(segment.id),
            emittedBesideIndex: emittedBesideIndex(state, segment.id, plan),
          }
        : undefined;
      const wanted = { segment, plan, shape, fingerprint, incremental };
      await readSegment(wanted, sizes.get(segment.id), means)
        .catch((error) => failures.note(error))
        .finally(() => book.emitUnsaid());
    }
    failures.throwIfAny();
    await book.complete();
  } finally {
    storage?.close();
    await temporary.remove();
  }
}

/** The last state, of the segments that are still configured. */
function lastState({ state: raw }: ReadRequest, ids: readonly string[], { log }: Context): ExportState {
  const state = parseState(raw);
  if (state === undefined)
    log.warn("The state is not one of this version's; every segment is exported anew.");
  if (state === undefined) return emptyState;
  const still = <Value>(known: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...known].filter(([id]) => ids.includes(id)));
  const kept = { ...state, segments: still(state.segments), indexes: still(state.indexes) };
  return state.complete ? startedAnew(kept) : kept;
}

/** Sizes of the segments, as far as Braze tells. */
async function readSizes(
  segments: readonly Segment[],
  braze: Braze,
  { log }: Context,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { id } of segments) {
    const size = await segmentSize(braze, id);
    if (size === "forbidden") {
      log.warn(
        "The sizes of the segments can't be read: the API key lacks the permission segments.data_series. Whether a segment is empty can't be told then: an export without files is waited for until the timeout.",
      );
      break;
    }
    if (size !== undefined) sizes.set(id, size);
  }
  return sizes;
}
