import type { Json } from "../../json";
import { parseTime } from "../track/times";

const PAGE_SIZE = 100;

/**
 * One page of a list endpoint: `page` from 0, 100 entries, oldest first unless `sort_direction=desc`.
 * docs: get_segment, get_campaigns, get_canvases. A page beyond the end is empty.
 */
export function page<T>(items: readonly T[], query: URLSearchParams, size = PAGE_SIZE): T[] {
  const ordered = query.get("sort_direction") === "desc" ? items.toReversed() : items;
  const number = Math.max(0, Number.parseInt(query.get("page") ?? "0", 10) || 0);
  return ordered.slice(number * size, (number + 1) * size);
}

/** `last_edit.time[gt]`: only what was edited later (docs: get_campaigns, get_canvases). */
export function editedAfter<T extends { lastEdited: string }>(
  items: readonly T[],
  query: URLSearchParams,
): readonly T[] | string {
  const after = query.get("last_edit.time[gt]");
  if (after === null) return items;
  const afterMs = parseTime(after);
  if (afterMs === undefined) return "'last_edit.time[gt]' is not valid";
  return items.filter((item) => (parseTime(item.lastEdited) ?? 0) > afterMs);
}

/** Leaves archived ones out unless `include_archived=true`. */
export function visible<T extends { archived: boolean }>(items: readonly T[], query: URLSearchParams): T[] {
  return query.get("include_archived") === "true" ? [...items] : items.filter((item) => !item.archived);
}

export function listOf<T>(items: readonly T[], entry: (item: T) => Json): Json[] {
  return items.map(entry);
}
