import type { ReportDocument } from "../document";
import type { RejectedExample, RejectedGroup } from "../rejected-groups";
import { count, plural, time } from "./format";
import { type Html, html } from "./html";

const mostGroups = 25;

/** Why records were rejected, with examples. */
export function rejected(report: ReportDocument): Html {
  const groups = report.rejected_groups;
  return html`<section aria-labelledby="rejected">
<h2 id="rejected">Rejected records</h2>
${groups.length === 0 ? html`<p>None.</p>` : html`${explanation(report)}${groups.slice(0, mostGroups).map((group, index) => article(group, index === 0))}${remainder(report)}`}
</section>`;
}

function explanation(report: ReportDocument): Html {
  const { rejected: number, report_values, rejected_at } = report;
  const where = rejected_at === null ? "" : html` ${whetherStored(report)} in <code>${rejected_at}</code>.`;
  const masked =
    report_values === "masked"
      ? " In the examples letters stand as x, digits as 9: what is wrong shows, whose it is does not."
      : "";
  return html`<p>${plural(number, "record")} could not be delivered.${where}${masked}</p>`;
}

function whetherStored({ rejected: number, rejected_unstored: unstored }: ReportDocument): string {
  if (unstored === 0) return number === 1 ? "It is kept" : "All of them are kept";
  if (unstored < number) return "Only some of them could be stored";
  return `${number === 1 ? "It" : "They"} could not be stored`;
}

/** @param open whether its examples are seen at once */
function article(
  { stream, code, message, field, count: number, examples }: RejectedGroup,
  open: boolean,
): Html {
  return html`<article>
<h3><bdi>${message}</bdi></h3>
<p class="meta"><b>${plural(number, "record")}</b> of <bdi>${stream}</bdi> · <code>${code}</code>${field === null ? "" : html` · field <code>${field}</code>`}</p>
<details${open ? html` open` : ""}><summary>${plural(examples.length, "example")}<span class="hidden"> of: ${message}</span></summary>
${examples.map(example)}</details>
</article>
`;
}

function example({ rejected_at, fields, more_fields }: RejectedExample): Html {
  const items = Object.entries(fields).map(
    ([name, value]) => html`<div><dt><bdi>${name}</bdi></dt><dd><bdi>${value}</bdi></dd></div>\n`,
  );
  return html`<dl class="record">
${items}</dl>
<p class="meta">${more_fields > 0 ? `and ${plural(more_fields, "more field")} · ` : ""}<time datetime="${rejected_at}">${time(rejected_at)}</time></p>
`;
}

function remainder({ rejected_groups, rejected_otherwise }: ReportDocument): Html {
  const more = rejected_groups.length - mostGroups;
  const lines = [
    ...(more > 0 ? [html`${plural(more, "more reason")} in <a href="report.json">report.json</a>.`] : []),
    ...(rejected_otherwise > 0 ? [html`${count(rejected_otherwise)} rejected for other reasons.`] : []),
  ];
  return html`${lines.map((line) => html`<p>${line}</p>`)}`;
}
