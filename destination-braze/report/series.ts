/** Counters at one moment, counted from the start of the sync. */
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
  atMs: number;
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
    const sample = { atMs, ...counters };
    const latest = this.kept.at(-1);
    this.last = sample;
    if (latest && atMs - latest.atMs < this.intervalMs) return;
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
    const isMoment = kept.length > 1 && last.atMs - latest.atMs < this.intervalMs / 2;
    return [...(isMoment ? kept.slice(0, -1) : kept), last];
  }
}

/** What happened between two samples, a second. */
export interface Rates extends Counters {
  fromMs: number;
  toMs: number;
}

/** The rates between samples; several samples are taken together where there are more than `most` intervals. */
export function ratesOf(samples: readonly Sample[], most: number): Rates[] {
  const step = Math.max(1, Math.ceil((samples.length - 1) / most));
  const rates: Rates[] = [];
  let from = samples[0];
  for (let index = step; from; index += step) {
    const to = samples[Math.min(index, samples.length - 1)];
    if (!to || to === from) break;
    rates.push(rateBetween(from, to));
    from = to;
  }
  return rates;
}

function rateBetween(from: Sample, to: Sample): Rates {
  const seconds = Math.max(to.atMs - from.atMs, 1) / 1000;
  const rate = (key: keyof Counters): number => (to[key] - from[key]) / seconds;
  return {
    fromMs: from.atMs,
    toMs: to.atMs,
    received: rate("received"),
    delivered: rate("delivered"),
    unchanged: rate("unchanged"),
    rejected: rate("rejected"),
    requests: rate("requests"),
  };
}
