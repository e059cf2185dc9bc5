import { createHash } from "node:crypto";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import { isIndexName } from "./changes/index-store";
import type { ExportSelection } from "./fields";

/** How far the export of one segment got. The download link is a secret and never part of it. */
export interface SegmentProgress {
  /** `object_prefix` of Braze's answer. */
  objectPrefix: string;
  /** When the export was requested, ISO 8601. */
  exportedAt: string;
  /** Fingerprint of what was requested and where it was to be picked up. */
  request: string;
  /** Where Braze put the export: a link dies with the run that asked for it. */
  via: "storage" | "link";
  /** Ids of the files that were read (files.ts). */
  files: readonly string[];
  /** Users in those files. */
  users: number;
  /** The index that they were compared with; undefined when all of them were emitted. */
  comparedWith?: string;
  /** Whether the export was read to its end. */
  done: boolean;
  /** Of shard 0: whether the others were told which export it is. */
  told?: true;
  /** A file that was damaged when it was last read: it gets one more chance. */
  damagedFile?: string;
}

/** Of an export that was only requested. */
export const nothingRead = { files: [], users: 0, done: false } as const;

/** State of the stream: its segments, by identifier. */
export interface ExportState {
  /** Whether every segment was read to its end, so that the next sync exports anew. */
  complete: boolean;
  segments: ReadonlyMap<string, SegmentProgress>;
  /** Of incremental syncs: the index (changes/) that each segment's last complete export left. */
  indexes: ReadonlyMap<string, string>;
  /**
   * Segments of which an export was given up after users of it were emitted: the index does not know
   * these, so what it says is unchanged need not be what was emitted last.
   */
  givenUp: ReadonlySet<string>;
}

export const emptyState: ExportState = {
  complete: false,
  segments: new Map(),
  indexes: new Map(),
  givenUp: new Set(),
};

const stateVersion = 1;

/**
 * Reads a state as an earlier run emitted it.
 * @returns undefined for what is no such state: another version's, or somebody else's
 */
export function parseState(raw: JsonObject | undefined): ExportState | undefined {
  if (raw === undefined || Object.keys(raw).length === 0) return emptyState;
  if (raw.version !== stateVersion || !isObject(raw.segments)) return undefined;
  const segments = new Map<string, SegmentProgress>();
  for (const [id, entry] of Object.entries(raw.segments)) {
    const progress = parseProgress(entry);
    if (progress) segments.set(id, progress);
  }
  const indexes = Object.entries(isObject(raw.indexes) ? raw.indexes : {}).filter(
    (entry): entry is [string, string] => isIndexName(entry[1]),
  );
  const givenUp = Array.isArray(raw.given_up) ? raw.given_up.filter((id) => typeof id === "string") : [];
  return { complete: raw.complete === true, segments, indexes: new Map(indexes), givenUp: new Set(givenUp) };
}

function parseProgress(entry: Json): SegmentProgress | undefined {
  if (!isObject(entry)) return undefined;
  const { object_prefix, exported_at, request, via, files, users, done, damaged_file, compared_with, told } =
    entry;
  if (typeof object_prefix !== "string" || typeof request !== "string") return undefined;
  // Part of keys in the bucket: a state must not lead us anywhere else.
  if (!/^[\w-]+$/.test(object_prefix)) return undefined;
  if (typeof exported_at !== "string" || Number.isNaN(Date.parse(exported_at))) return undefined;
  return {
    objectPrefix: object_prefix,
    exportedAt: exported_at,
    request,
    via: via === "link" ? "link" : "storage",
    files: Array.isArray(files) ? files.filter((id) => typeof id === "string") : [],
    users: typeof users === "number" ? users : 0,
    done: done === true,
    ...(told === true ? { told } : {}),
    ...(typeof damaged_file === "string" ? { damagedFile: damaged_file } : {}),
    ...(isIndexName(compared_with) ? { comparedWith: compared_with } : {}),
  };
}

/** A state as it is emitted. Of an export that was read to its end the files need not be remembered. */
export function printState({ complete, segments, indexes, givenUp }: ExportState): JsonObject {
  const entries = [...segments].map(([id, progress]): [string, JsonObject] => [
    id,
    {
      object_prefix: progress.objectPrefix,
      exported_at: progress.exportedAt,
      request: progress.request,
      via: progress.via,
      users: progress.users,
      done: progress.done,
      ...(progress.done ? {} : { files: [...progress.files] }),
      ...(progress.told ? { told: true } : {}),
      ...(progress.damagedFile === undefined ? {} : { damaged_file: progress.damagedFile }),
      ...(progress.comparedWith === undefined ? {} : { compared_with: progress.comparedWith }),
    },
  ]);
  return {
    version: stateVersion,
    complete,
    segments: Object.fromEntries(entries),
    ...(indexes.size === 0 ? {} : { indexes: Object.fromEntries(indexes) }),
    ...(givenUp.size === 0 ? {} : { given_up: [...givenUp] }),
  };
}

/** The state after one segment got further, or (without progress) its export was forgotten. */
export function withProgress(
  state: ExportState,
  segmentId: string,
  progress: SegmentProgress | undefined,
): ExportState {
  const segments = new Map(state.segments);
  const before = segments.get(segmentId);
  if (progress) segments.set(segmentId, progress);
  else segments.delete(segmentId);
  const isGivenUp = hasEmitted(before) && before?.objectPrefix !== progress?.objectPrefix;
  return isGivenUp && state.indexes.has(segmentId)
    ? { ...state, segments, givenUp: new Set(state.givenUp).add(segmentId) }
    : { ...state, segments };
}

/** Whether users of an unfinished export may have been emitted; of a link the state does not tell. */
const hasEmitted = (progress: SegmentProgress | undefined): boolean =>
  progress !== undefined &&
  !progress.done &&
  (progress.users > 0 ||
    progress.files.length > 0 ||
    progress.damagedFile !== undefined ||
    progress.via === "link");

/** Whether users were emitted that the segment's index does not know, now that the plan is followed. */
export const emittedBesideIndex = (state: ExportState, segmentId: string, plan: Plan): boolean =>
  state.givenUp.has(segmentId) || (plan.kind === "export" && hasEmitted(state.segments.get(segmentId)));

/** The state after a segment's export left an index. */
export const withIndex = (state: ExportState, segmentId: string, index: string): ExportState => ({
  ...state,
  indexes: new Map(state.indexes).set(segmentId, index),
  givenUp: new Set([...state.givenUp].filter((id) => id !== segmentId)),
});

/** The state after an export was given up that left an index of whom it had brought. */
export const withGivenUp = (state: ExportState, segmentId: string, index: string): ExportState => ({
  ...withIndex(state, segmentId, index),
  givenUp: new Set(state.givenUp).add(segmentId),
});

/** What a new sync starts with: nothing is exported yet, but what the last one knew can be compared with. */
export const startedAnew = ({ indexes, givenUp }: ExportState): ExportState => ({
  ...emptyState,
  indexes,
  givenUp,
});

/**
 * Fingerprint of a request: an export that was requested with other columns, or into another bucket, is
 * not the one that is wanted now.
 * @param emission what else decides on what was emitted of an unfinished export
 */
export function requestFingerprint(
  selection: ExportSelection,
  location: string,
  emission: readonly string[] = [],
): string {
  const { fields, customAttributes = [] } = selection;
  const facts = [[...fields].sort(), [...customAttributes].sort(), location, ...emission];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

/** What to do about a segment. */
export type Plan =
  | { kind: "export"; reason?: string }
  | { kind: "continue"; progress: SegmentProgress }
  | { kind: "skip"; progress: SegmentProgress };

/** Decides, from the last state, whether a segment needs a new export. */
export function planFor(state: ExportState, segmentId: string, request: string): Plan {
  const progress = state.segments.get(segmentId);
  if (state.complete || progress === undefined) return { kind: "export" };
  if (progress.request !== request) {
    return { kind: "export", reason: "columns, storage or shards changed since the last, unfinished sync" };
  }
  if (progress.done) return { kind: "skip", progress };
  if (progress.via === "link") {
    return { kind: "export", reason: "the download link of the last, unfinished sync was not kept" };
  }
  return { kind: "continue", progress };
}

/**
 * Whether a state is due after a file. Small exports get one a file. In a state of thousands of files the
 * next one makes no difference worth repeating them all: so one for every hundredth of what was read.
 */
export const stateIsDue = (filesRead: number, filesSinceState: number): boolean =>
  filesSinceState >= Math.ceil(filesRead / 100);
