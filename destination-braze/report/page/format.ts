const numbers = new Intl.NumberFormat("en");
const compactNumbers = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });

/** `12,345` */
export const count = (value: number): string => numbers.format(value);

/** `12.35K`, for the axis of a chart. */
export const compact = (value: number): string => compactNumbers.format(value);

/** `4,120`, `41.2`, `0.41`: as many digits as say something. */
export function rate(value: number): string {
  if (value === 0) return "0";
  return value >= 100 ? count(Math.round(value)) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** A share of 1: `87 %`, and never 0 or 100 % for what is not quite. */
export function percent(share: number): string {
  const whole = share * 100;
  if (whole > 0 && whole < 1) return "< 1 %";
  if (whole > 99 && whole < 100) return "> 99 %";
  return `${Math.round(whole)} %`;
}

/** `850 ms`, `2.5 s`, `3 min 12 s`, `10 min`, `2 h 5 min` */
export function duration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(seconds, "min", "s");
  return twoUnits(Math.round(seconds / 60), "h", "min");
}

function twoUnits(smallUnits: number, large: string, small: string): string {
  const rest = smallUnits % 60;
  return `${count(Math.floor(smallUnits / 60))} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** A time since the start as on a clock: `0:07`, `1:02:07` */
export function clock(atMs: number): string {
  const seconds = Math.round(atMs / 1000);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** `512 bytes`, `35 kB`, `3.9 MB` */
export function bytes(value: number): string {
  if (value < 1000) return `${value} bytes`;
  if (value < 1e6) return `${Math.round(value / 1000)} kB`;
  return `${(value / 1e6).toFixed(1)} MB`;
}

const times = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** `26 November 2026 at 01:54:52 UTC` */
export const time = (iso: string): string => `${times.format(new Date(iso))} UTC`;

/** `1 record`, `2 records` */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
