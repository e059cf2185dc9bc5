/** How far a sync is, in short phrases with the most important first. */
export interface Progress {
  /** What it is about, when that is not the whole sync. */
  subject?: string;
  parts: readonly string[];
}

/** As a line of a log. */
export const logText = ({ subject, parts }: Progress): string =>
  `${subject ?? "So far"}: ${parts.join(", ")}.`;

/**
 * As one line of a terminal: as many phrases as fit. The last column stays free, for terminals that go to the next
 * line as soon as it is filled.
 */
export function liveText({ subject, parts }: Progress, columns: number): string {
  const room = Math.max(columns - 1, 1);
  const head = subject === undefined ? "" : `${subject}: `;
  let text = "";
  for (const part of parts) {
    const longer = text === "" ? head + part : `${text} · ${part}`;
    if (longer.length > room) break;
    text = longer;
  }
  return text === "" ? `${(head + (parts[0] ?? "")).slice(0, room - 1)}…` : text;
}

const numbers = new Intl.NumberFormat("en");

/** `12,345` */
export const countText = (value: number): string => numbers.format(value);

/** `12,345 records`, `1 record`; what stands between belongs to the number: `12 of about 20 records`. */
export const recordsText = (count: number, between = ""): string =>
  `${countText(count)}${between} ${count === 1 && between === "" ? "record" : "records"}`;

/** `4,120/s`, `0.4/s` */
export const rateText = (perSecond: number): string =>
  `${perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : numbers.format(Math.round(perSecond))}/s`;

const windowMs = 5000;

/** How fast a counter grew lately: over some seconds, or since the last look if that is longer ago. */
export class RecentRate {
  private looks: { atMs: number; count: number }[] = [];

  /** @returns what came a second; 0 at the first look */
  at(nowMs: number, count: number): number {
    const { looks } = this;
    while (looks.length > 1 && nowMs - (looks[1]?.atMs ?? nowMs) >= windowMs) looks.shift();
    const first = looks[0];
    looks.push({ atMs: nowMs, count });
    if (!first || nowMs <= first.atMs) return 0;
    return ((count - first.count) * 1000) / (nowMs - first.atMs);
  }
}
