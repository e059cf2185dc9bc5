import type { ReportDocument } from "../document";
import { count, plural } from "./format";
import { type Html, html } from "./html";
import { table } from "./table";

/** What became of each stream, and what people should know although nothing was refused. */
export function streams(report: ReportDocument): Html {
  const rows = Object.entries(report.streams);
  const all = table(
    "streams-table",
    "Records by stream",
    [
      { title: "Stream", cell: ([stream]) => html`<bdi>${stream}</bdi>` },
      { title: "Object", cell: ([, { object }]) => object ?? "none" },
      { title: "Received", cell: ([, { received }]) => count(received), number: true },
      {
        title: "Delivered",
        cell: ([, { accepted, unchanged }]) => count(accepted - unchanged),
        number: true,
      },
      { title: "Unchanged", cell: ([, { unchanged }]) => count(unchanged), number: true },
      { title: "Rejected", cell: ([, { rejected }]) => count(rejected), number: true },
      ...(report.shard
        ? [
            {
              title: "Left to other shards",
              cell: ([, { left_to_other_shards: left = 0 }]: (typeof rows)[number]) => count(left),
              number: true,
            },
          ]
        : []),
    ],
    rows,
  );
  return html`<section aria-labelledby="streams">
<h2 id="streams">Streams</h2>
${all}
${removed(report)}
${notes(report)}
</section>`;
}

function removed(report: ReportDocument): Html {
  const rows = Object.entries(report.streams).flatMap(([stream, { removed: counts }]) =>
    counts ? [{ stream, ...counts }] : [],
  );
  if (rows.length === 0) return html``;
  return table(
    "removed-table",
    "Profiles that a full refresh did not bring any more",
    [
      { title: "Stream", cell: ({ stream }) => html`<bdi>${stream}</bdi>` },
      { title: "Known before", cell: ({ known }) => count(known), number: true },
      { title: "Left", cell: ({ left }) => count(left), number: true },
      { title: "Dealt with", cell: ({ done }) => count(done), number: true },
      { title: "Kept for another stream", cell: ({ elsewhere }) => count(elsewhere), number: true },
      { title: "Failed", cell: ({ failed }) => count(failed), number: true },
    ],
    rows,
  );
}

function notes(report: ReportDocument): Html {
  const lines = Object.entries(report.streams).flatMap(([stream, each]) =>
    Object.entries(each.notes).map(([note, number]) => ({ stream, note, number })),
  );
  if (lines.length === 0) return html``;
  const items = lines.map(
    ({ stream, note, number }) =>
      html`<li><bdi>${stream}</bdi>: ${plural(number, "record")} <bdi>${note}</bdi>.</li>\n`,
  );
  return html`<h3>Worth knowing</h3>
<ul class="notes">
${items}</ul>`;
}
