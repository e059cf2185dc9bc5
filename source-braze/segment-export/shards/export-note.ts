import { isObject } from "@braze-connectors/shared/json";

/** What the shard that asks Braze for exports tells the others: which one they read. */
export interface ExportNote {
  /** `object_prefix` of Braze's answer. */
  objectPrefix: string;
  /** When the export was requested, ISO 8601. */
  exportedAt: string;
  /** The sync as its host names it; null when it has no name. */
  sync: number | null;
  /** When the note was written, ISO 8601. */
  toldAt: string;
}

const version = 1;

export const printNote = ({ objectPrefix, exportedAt, sync, toldAt }: ExportNote): string =>
  `${JSON.stringify({ version, object_prefix: objectPrefix, exported_at: exportedAt, sync, told_at: toldAt })}\n`;

/** @returns undefined for what is no such note: another version's, or damaged */
export function parseNote(text: string): ExportNote | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== version) return undefined;
  const { object_prefix: objectPrefix, exported_at: exportedAt, sync, told_at: toldAt } = value;
  // Part of keys in the bucket: a note must not lead us anywhere else.
  if (typeof objectPrefix !== "string" || !/^[\w-]+$/.test(objectPrefix)) return undefined;
  if (!isTime(exportedAt) || !isTime(toldAt) || (sync !== null && typeof sync !== "number")) return undefined;
  return { objectPrefix, exportedAt, sync, toldAt };
}

const isTime = (value: unknown): value is string =>
  typeof value === "string" && !Number.isNaN(Date.parse(value));

/** How much later than the note of its export a shard may start, where the sync has no name. */
const longestHeadStartMs = 10 * 60_000;

/**
 * Whether a note is of the sync that a shard takes part in. Where hosts name their syncs the name decides; else shards
 * that start at about the same time belong together.
 * @param beganAtMs when the shard started
 */
export function isOfThisSync(note: ExportNote, sync: number | null, beganAtMs: number): boolean {
  if (note.sync !== sync) return false;
  return sync !== null || Date.parse(note.toldAt) >= beganAtMs - longestHeadStartMs;
}
