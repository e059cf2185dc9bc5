import type { ReportDocument } from "../document";
import { type Rates, ratesOf, windowMs } from "../series";
import type { Wait } from "../waits";
import { bar, legend, type Part } from "./bar";
import { chart, roundUp } from "./chart";
import { clock, compact, duration, percent, rate } from "./format";
import { type Html, html } from "./html";
import { table } from "./table";

/** Steps in a chart: as many as a small screen can tell apart. */
const mostSteps = 240;
const mostRows = 20;

/** In less time than this nothing is counted often enough for rates to say something. */
const shortestMs = 2000;

/** Whether the sync was long enough for this part. */
export const hasTime = ({ series }: ReportDocument): boolean =>
  (series.at(-1)?.at_ms ?? 0) - (series[0]?.at_ms ?? 0) >= shortestMs;

/** How fast it went, how much of the limit that took, and what it waited for. */
export function overTime(report: ReportDocument): Html {
  if (!hasTime(report)) return html``;
  const rates = ratesOf(report.series, mostSteps);
  return html`<section aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
${throughput(rates)}
${limitUse(rates, report)}
${asTable(ratesOf(report.series, mostRows), report)}
${waits(report)}
</section>`;
}

function throughput(rates: readonly Rates[]): Html {
  const layers = [
    { name: "Delivered", colour: "delivered", values: rates.map(({ delivered }) => delivered) },
    { name: "Unchanged", colour: "unchanged", values: rates.map(({ unchanged }) => unchanged) },
    { name: "Rejected", colour: "rejected", values: rates.map(({ rejected }) => rejected) },
  ];
  const settled = rates.map(({ delivered, unchanged, rejected }) => delivered + unchanged + rejected);
  const most = Math.max(...settled);
  const top = roundUp(most);
  return figure(
    "throughput",
    "Records a second",
    `Records settled a second over ${span(rates)}: ${rate(most)} at the most, ${rate(mean(settled, rates))} on average.`,
    rates,
    layers,
    top,
    compact,
    legend(layers.map((layer) => ({ ...layer, text: "" }))),
  );
}

function limitUse(rates: readonly Rates[], { limit }: ReportDocument): Html {
  const use = rates.map((each) => useOf(each, limit));
  const seconds = rates.map(({ requests }) => requests / (limit.requests_per_3_seconds / 3));
  // Of a time shorter than a window no more than what was used of that.
  const average = mean(seconds, rates) * Math.min(1, lengthOf(rates) / windowMs);
  const most = Math.max(...use);
  const hourly = limit.requests_per_hour === null ? "" : ` and ${compact(limit.requests_per_hour)} an hour`;
  return figure(
    "limit",
    "Use of the rate limit",
    `Requests to /users/track as a share of the ${compact(limit.requests_per_3_seconds)} allowed in 3 seconds${hourly}: ${percent(most)} at the most, ${percent(average)} on average.`,
    rates,
    [{ name: "Use", colour: "limit", values: use }],
    most <= 1 ? 1 : roundUp(most),
    (share) => `${Math.round(share * 100)} %`,
    undefined,
  );
}

function figure(
  id: string,
  title: string,
  description: string,
  rates: readonly Rates[],
  layers: Parameters<typeof chart>[0]["layers"],
  top: number,
  label: (value: number) => string,
  key: Html | undefined,
): Html {
  const fromMs = rates[0]?.fromMs ?? 0;
  const toMs = rates.map((each) => each.toMs);
  const endMs = toMs.at(-1) ?? fromMs;
  const drawn = chart({ id, title, description, fromMs, toMs, layers, top });
  return html`<figure>
<figcaption><h3>${title}</h3><p>${description}</p></figcaption>
${key}
<div class="plot">
${drawn}
<span class="y top" aria-hidden="true">${label(top)}</span><span class="y middle" aria-hidden="true">${label(top / 2)}</span>
</div>
<p class="x" aria-hidden="true"><span>${clock(fromMs)}</span><span>${clock((fromMs + endMs) / 2)}</span><span>${clock(endMs)}</span></p>
</figure>`;
}

function asTable(rates: readonly Rates[], { limit }: ReportDocument): Html {
  const numbers = table(
    "rates",
    "Records and requests a second",
    [
      { title: "From – to", cell: ({ fromMs, toMs }) => `${clock(fromMs)} – ${clock(toMs)}` },
      { title: "Delivered", cell: ({ delivered }) => rate(delivered), number: true },
      { title: "Unchanged", cell: ({ unchanged }) => rate(unchanged), number: true },
      { title: "Rejected", cell: ({ rejected }) => rate(rejected), number: true },
      { title: "Requests", cell: ({ requests }) => rate(requests), number: true },
      { title: "Limit use", cell: (each) => percent(useOf(each, limit)), number: true },
    ],
    rates,
  );
  return html`<details><summary>The charts as a table</summary>
${numbers}
</details>`;
}

const useOf = ({ requestsPer3Seconds }: Rates, { requests_per_3_seconds }: ReportDocument["limit"]): number =>
  requestsPer3Seconds / requests_per_3_seconds;

const waitNames: Record<Wait, { name: string; colour: string }> = {
  limit: { name: "Waiting for the rate limit", colour: "limit" },
  answers: { name: "Waiting for Braze’s answers", colour: "delivered" },
  records: { name: "Waiting for records", colour: "unchanged" },
  storage: { name: "Waiting for the storage", colour: "open" },
};

/** Where to look when it should go faster. */
function waits({ waits: shares }: ReportDocument): Html {
  const part = (name: string, colour: string, share: number): Part => ({
    name,
    colour,
    share,
    text: percent(share),
  });
  const waiting = Object.entries(waitNames).map(([wait, { name, colour }]) =>
    part(name, colour, shares[wait as Wait] ?? 0),
  );
  const working = 1 - waiting.reduce((sum, { share }) => sum + share, 0);
  const parts = [part("Working", "working", Math.max(0, working)), ...waiting].filter(
    ({ share }) => share > 0,
  );
  return html`<h3>Where the time went</h3>
${bar(parts)}${legend(parts)}`;
}

const lengthOf = (rates: readonly Rates[]): number => (rates.at(-1)?.toMs ?? 0) - (rates[0]?.fromMs ?? 0);

const span = (rates: readonly Rates[]): string => duration(lengthOf(rates));

/** Weighted by how long each interval was. */
function mean(values: readonly number[], rates: readonly Rates[]): number {
  const lengths = rates.map(({ fromMs, toMs }) => toMs - fromMs);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const sum = values.reduce((all, value, index) => all + value * (lengths[index] ?? 0), 0);
  return total === 0 ? 0 : sum / total;
}
