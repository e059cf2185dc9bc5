import { maxSamples, ratesOf, Series } from "./series";

const counters = (count: number) => ({
  received: count,
  delivered: count,
  unchanged: 0,
  rejected: 0,
  requests: 0,
});

describe("Series", () => {
  it("takes a sample a second, and the latest one in any case", () => {
    const series = new Series();
    for (const atMs of [0, 400, 800, 1000, 1900, 2000, 2600]) series.take(atMs, counters(atMs));
    expect(series.samples.map(({ at_ms }) => at_ms)).toEqual([0, 1000, 2000, 2600]);
  });

  it("says no rate over a moment at the end", () => {
    const series = new Series();
    for (const atMs of [0, 1000, 2000, 2020]) series.take(atMs, counters(atMs === 2020 ? 100 : 0));
    expect(series.samples.map(({ at_ms }) => at_ms)).toEqual([0, 1000, 2020]);
  });

  it.each([1, 60, 3600, 100_000])("stays bounded over %i seconds, and loses nothing", (seconds) => {
    const series = new Series();
    for (let second = 0; second <= seconds; second++) series.take(second * 1000, counters(second * 7));
    const { samples } = series;
    expect(samples.length).toBeLessThanOrEqual(maxSamples + 1);
    if (seconds >= maxSamples) expect(samples.length).toBeGreaterThan(maxSamples / 4);
    expect(samples[0]?.at_ms).toBe(0);
    expect(samples.at(-1)).toEqual({ at_ms: seconds * 1000, ...counters(seconds * 7) });
    const times = samples.map(({ at_ms }) => at_ms);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const rates of ratesOf(samples, 240)) expect(rates.received).toBeCloseTo(7, 9);
  });
});

describe("ratesOf", () => {
  const samples = [0, 1000, 2000, 3000, 4000].map((at_ms, index) => ({ at_ms, ...counters(index * index) }));

  it("gives what came a second between samples", () => {
    expect(ratesOf(samples, 100).map(({ received }) => received)).toEqual([1, 3, 5, 7]);
  });

  it("takes intervals together where there are too many, the last one too", () => {
    expect(ratesOf(samples, 2).map(({ fromMs, toMs, received }) => [fromMs, toMs, received])).toEqual([
      [0, 2000, 2],
      [2000, 4000, 6],
    ]);
    expect(ratesOf(samples, 3).map(({ toMs }) => toMs)).toEqual([2000, 4000]);
    expect(ratesOf(samples.slice(0, 4), 2).map(({ toMs }) => toMs)).toEqual([2000, 3000]);
  });

  it("counts requests by windows of 3 seconds, or longer ones", () => {
    const requests = [0, 4, 5, 6, 12, 13, 14];
    const each = requests.map((count, index) => ({ ...counters(0), at_ms: index * 1000, requests: count }));
    expect(ratesOf(each, 100).map(({ requestsPer3Seconds }) => requestsPer3Seconds)).toEqual([
      4, 5, 6, 8, 8, 8,
    ]);
    expect(ratesOf(each, 1).map(({ requestsPer3Seconds }) => requestsPer3Seconds)).toEqual([7]);
  });

  it("has nothing to say of less than two samples", () => {
    expect(ratesOf([], 5)).toEqual([]);
    expect(ratesOf(samples.slice(0, 1), 5)).toEqual([]);
  });
});
