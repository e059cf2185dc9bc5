import { type MeterReading, savedOf } from "../../meter";
import type { ReportDocument } from "../document";
import { bar, legend, type Part } from "./bar";
import { count, percent, plural } from "./format";
import { type Html, html } from "./html";
import { table } from "./table";

const mostRows = 40;

const undeliveredColumn = {
  title: "Not delivered",
  cell: ([, { undelivered }]: [string, MeterReading]) => count(undelivered),
  number: true,
};

/** What came in to be set, what was sent of it, and so what was saved. */
export function dataPoints({ data_points, attributes }: ReportDocument): Html {
  const rows = Object.entries(attributes).sort(([, a], [, b]) => b.received - a.received);
  const shown = rows.slice(0, mostRows);
  const all = table(
    "attributes-table",
    "Attributes",
    [
      { title: "Attribute", cell: ([name]) => html`<bdi>${name}</bdi>` },
      { title: "Came in", cell: ([, { received }]) => count(received), number: true },
      { title: "Sent", cell: ([, { sent }]) => count(sent), number: true },
      ...(data_points.undelivered > 0 ? [undeliveredColumn] : []),
      { title: "Saved", cell: ([, reading]) => saved(reading), number: true },
    ],
    shown,
  );
  const more = rows.length - shown.length;
  return html`<section aria-labelledby="data-points">
<h2 id="data-points">Data points</h2>
<p>Each attribute set, each event and each purchase is one. What Braze has from this connection already is not sent again.</p>
${data_points.received > 0 ? whole(data_points) : ""}
${shown.length > 0 ? all : ""}
${more > 0 ? html`<p>${plural(more, "more attribute")} in <a href="report.json">report.json</a>.</p>` : ""}
</section>`;
}

const saved = (reading: MeterReading): string =>
  reading.received === 0 ? "–" : percent(savedOf(reading) / reading.received);

function whole(reading: MeterReading): Html {
  const { received, sent, undelivered } = reading;
  const of = Math.max(received, sent + undelivered, 1);
  const parts: Part[] = [
    { name: "Sent", colour: "delivered", share: sent / of, text: count(sent) },
    ...(undelivered > 0
      ? [{ name: "Not delivered", colour: "rejected", share: undelivered / of, text: count(undelivered) }]
      : []),
    {
      name: "Saved",
      colour: "saved",
      share: savedOf(reading) / of,
      text: `${count(savedOf(reading))} (${saved(reading)})`,
    },
  ];
  return html`${bar(parts)}${legend(parts)}`;
}
