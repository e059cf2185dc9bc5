import type { Segment } from "../segments";
import type { ExportState } from "./state";

/**
 * How many records a sync is expected to bring: what the segments have, less what an earlier run emitted.
 * @param sizes of the segments, by identifier, as far as Braze tells
 * @returns undefined when that is not known: a size is missing, or only changes are wanted
 */
export function expectedRows(
  segments: readonly Segment[],
  sizes: ReadonlyMap<string, number>,
  state: ExportState,
  incremental: boolean,
): number | undefined {
  let rows = 0;
  for (const { id } of segments) {
    const size = sizes.get(id);
    if (size === undefined || (incremental && state.indexes.has(id))) return undefined;
    const progress = state.segments.get(id);
    rows += progress?.done ? 0 : Math.max(0, size - (progress?.users ?? 0));
  }
  return rows;
}
