import type { Json } from "@braze-connectors/shared/json";

/** A day of the calendar, `2024-02-29`; days compare as strings do. */
export type Day = string;

const dayMs = 86_400_000;

/** The day of a time (epoch ms), UTC. */
export const dayOf = (timeMs: number): Day => new Date(timeMs).toISOString().slice(0, 10);

/** The first moment of a day, epoch ms UTC. */
export const startOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

export const addDays = (day: Day, days: number): Day => dayOf(startOf(day) + days * dayMs);

/** The later of two days. */
export const later = (one: Day, other: Day | undefined): Day =>
  other !== undefined && other > one ? other : one;

/** How many days lie from one to another, both counted: 1 for the same day. */
export const countDays = (from: Day, to: Day): number =>
  Math.round((startOf(to) - startOf(from)) / dayMs) + 1;

const daysByDefault = 100;

/** The first day that is read at all: as configured, else 100 days ago. */
export const startDay = ({ startDate }: { startDate: Day | undefined }, nowMs: number): Day =>
  startDate ?? addDays(dayOf(nowMs), -daysByDefault);

/** The day that a time in Braze's words falls on: `2024-02-29` or `2024-02-29T12:00:00Z`. */
export function dayIn(text: unknown): Day | undefined {
  if (typeof text !== "string") return undefined;
  const day = text.slice(0, 10);
  return isDay(day) ? day : undefined;
}

/** Whether a text is a day that exists. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startOf(text)) && dayOf(startOf(text)) === text;

/**
 * A time in Braze's words, epoch ms: ISO 8601 or `2016-08-25 15:24:32 +0000`. Without a zone it is UTC.
 * @returns undefined for what is no time
 */
export function timeIn(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const [, date, clock, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    ) ?? [];
  if (date === undefined) return undefined;
  const offset = zone === undefined || zone === "UTC" ? "Z" : zone.replace(/^([+-]\d{2}):?(\d{2})$/, "$1:$2");
  const time = Date.parse(`${date}T${clock ?? "00:00"}${offset}`);
  return Number.isNaN(time) ? undefined : time;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * A time in Braze's words as JSON Schema's `date-time` (RFC 3339): `2016-08-25 15:24:32 +0000` is none, and a
 * warehouse would store nothing for it. What is one already, or no time at all, stays as it is.
 */
export function asDateTime(value: Json | undefined): Json | undefined {
  if (typeof value === "string" && rfc3339.test(value)) return value;
  const timeMs = timeIn(value);
  return timeMs === undefined ? value : new Date(timeMs).toISOString();
}
