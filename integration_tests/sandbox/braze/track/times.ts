/**
 * Which strings Braze reads as a time.
 * docs: api/objects_filters/user_attributes_object, "Dates", lists ISO 8601 and the formats below.
 * The last documented one (`ddd MM dd HH:mm:ss.TZD YYYY`) is left out: nobody sends it.
 */
const ISO_8601 =
  /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.:,]\d{1,9})?)?\s?(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?$/;
const US_DATE = /^(\d{2})\/(\d{2})\/(\d{4})$/;

/** Epoch milliseconds, or undefined when the value is not a time. Without a zone it is UTC. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const us = US_DATE.exec(value);
  if (us !== null) return parseTime(`${us[3]}-${us[1]}-${us[2]}`);
  if (!ISO_8601.test(value)) return undefined;
  const epochMs = Date.parse(normalized(value));
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

/** `YYYY-MM-DD`, and a day that exists. */
export function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const epochMs = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(value);
}

function normalized(value: string): string {
  if (value.length === 10) return `${value}T00:00:00Z`;
  const time = value
    .replace(" ", "T")
    .replace(/\s?UTC$/, "Z")
    .replace(/(\d{2}:\d{2}:\d{2})[:,](\d{1,9})/, "$1.$2")
    .replace(/([+-]\d)$/, (offset) => `${offset[0]}0${offset[1]}`)
    .replace(/([+-]\d{2})$/, "$1:00");
  return /(Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`;
}
