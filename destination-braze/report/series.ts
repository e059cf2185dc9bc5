/** Counters at one moment, counted from the start of the sync; named as in report.json. */
export interface Counters {
  received: number;
  /** Accepted by Braze. */
  delivered: number;
  unchanged: number;
  rejected: number;
  /** Requests that count against the limit of /users/track. */
  requests: number;
}

export interface Sample extends Counters {
  /** Since the start of the sync. */
  at_ms: number;
}

/** Samples kept: more than a chart has room for, and little to store. */
export const maxSamples = 512;
const firstIntervalMs = 1000;

/**
 * How counters grew over time, in a bounded number of samples: when there are too many, every other one goes and
 * from then on half as many come in. Counters are sums, so that what happened between two samples is never lost.
 */
export class Series {
  private kept: Sample[] = [];
  private last: Sample | undefined;
  private intervalMs = firstIntervalMs;

  /** Takes the counters if it is time for a sample. `atMs` must not go back. */
  take(atMs: number, counters: Counters): void {
    const sample = { at_ms: atMs, ...counters };
    const latest = this.kept.at(-1);
    this.last = sample;
    if (latest && atMs - latest.at_ms < this.intervalMs) return;
    this.kept.push(sample);
    if (this.kept.length < maxSamples) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.intervalMs *= 2;
  }

  /** In order of time; the latest one is always among them. */
  get samples(): readonly Sample[] {
    const { kept, last } = this;
    const latest = kept.at(-1);
    if (!last || !latest || last === latest) return [...kept];
    // A rate over a moment would say nothing: what happened there belongs to the interval before.
    const isMoment = kept.length > 1 && last.at_ms - latest.at_ms < this.intervalMs / 2;
    return [...(isMoment ? kept.slice(0, -1) : kept), last];
  }
}

/** What happened between two samples, a second. */
export interface Rates extends Counters {
  fromMs: number;
  toMs: number;
  /** Requests in the 3 seconds before its end, or in 3 seconds on average where it is longer than that. */
  requestsPer3Seconds: number;
}

/** Braze's window: less than one of them says nothing of how far a limit was used. */
export const windowMs = 3000;

/** The rates between samples; several samples are taken together where there are more than `most` intervals. */
export function ratesOf(samples: readonly Sample[], most: number): Rates[] {
  const step = Math.max(1, Math.ceil((samples.length - 1) / most));
  const rates: Rates[] = [];
  for (let start = 0; start < samples.length - 1; start += step) {
    const end = Math.min(start + step, samples.length - 1);
    rates.push(ratesBetween(samples, start, end));
  }
  return rates;
}

function ratesBetween(samples: readonly Sample[], start: number, end: number): Rates {
  const from = samples[start] as Sample;
  const to = samples[end] as Sample;
  const seconds = Math.max(to.at_ms - from.at_ms, 1) / 1000;
  const rate = (key: keyof Counters): number => (to[key] - from[key]) / seconds;
  return {
    fromMs: from.at_ms,
    toMs: to.at_ms,
    received: rate("received"),
    delivered: rate("delivered"),
    unchanged: rate("unchanged"),
    rejected: rate("rejected"),
    requests: rate("requests"),
    requestsPer3Seconds: requestsPerWindow(samples, start, to),
  };
}

/** From a sample on, or from as far before it as a window needs. */
function requestsPerWindow(samples: readonly Sample[], start: number, to: Sample): number {
  let first = start;
  while (first > 0 && to.at_ms - (samples[first] as Sample).at_ms < windowMs) first -= 1;
  const from = samples[first] as Sample;
  return ((to.requests - from.requests) * windowMs) / Math.max(to.at_ms - from.at_ms, windowMs);
}
