import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import { timeIn } from "./days";

/**
 * How far a list was read by the time at which its entries changed. Entries may change while it is read, and
 * clocks differ: so the mark stays behind the start of the sync, and what was emitted above it is remembered.
 */
export interface Watermark {
  /** Epoch ms; everything older was emitted. */
  timeMs: number;
  /** Entries emitted at or above the mark, with the time that they had: key → epoch ms. */
  seen: ReadonlyMap<string, number>;
}

/** An entry as the watermark sees it. */
export interface Dated {
  key: string;
  /** Epoch ms; undefined when Braze does not say, then the entry counts as new every time. */
  timeMs: number | undefined;
}

/** How far the mark stays behind the start of a sync: more than a sync takes to page, more than clocks differ. */
const marginMs = 5 * 60_000;

/** Whether an entry is not known from an earlier sync. */
export function isNews({ key, timeMs }: Dated, mark: Watermark | undefined): boolean {
  if (mark === undefined || timeMs === undefined) return true;
  return timeMs >= mark.timeMs && mark.seen.get(key) !== timeMs;
}

/**
 * The mark after a sync.
 * @param entries what the sync saw, known or not
 * @param startedMs when it began to read
 */
export function advance(
  mark: Watermark | undefined,
  entries: Iterable<Dated>,
  startedMs: number,
): Watermark | undefined {
  const dated = new Map(mark?.seen);
  let newest = mark?.timeMs;
  for (const { key, timeMs } of entries) {
    if (timeMs === undefined) continue;
    dated.set(key, timeMs);
    newest = Math.max(newest ?? timeMs, timeMs);
  }
  if (newest === undefined) return undefined;
  const timeMs = Math.max(mark?.timeMs ?? 0, Math.min(newest, startedMs - marginMs));
  return { timeMs, seen: new Map([...dated].filter(([, time]) => time >= timeMs)) };
}

/** The state `{"last_edited": "2024-02-29T12:00:00.000Z", "seen": {"…": "…"}}`. */
export function printWatermark(column: string, mark: Watermark | undefined): JsonObject {
  if (mark === undefined) return {};
  const iso = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    [column]: iso(mark.timeMs),
    seen: Object.fromEntries([...mark.seen].map(([key, timeMs]) => [key, iso(timeMs)])),
  };
}

/** Reads what `printWatermark` printed; what is not that counts as none. */
export function parseWatermark(column: string, raw: JsonObject | undefined): Watermark | undefined {
  const timeMs = timeIn(raw?.[column]);
  if (timeMs === undefined) return undefined;
  const seen = new Map<string, number>();
  for (const [key, text] of Object.entries(isObject(raw?.seen) ? raw.seen : {})) {
    const time = timeIn(text);
    if (time !== undefined) seen.set(key, time);
  }
  return { timeMs, seen };
}
