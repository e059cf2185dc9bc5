import type { ReportDocument } from "../document";
import { bytes, clock, count, duration, plural } from "./format";
import { type Html, html } from "./html";
import { table } from "./table";

/** How Braze answered, and which requests took longest. */
export function requests(report: ReportDocument): Html {
  const { answers, slowest_requests } = report;
  const slowest = table(
    "slowest-table",
    "Slowest requests",
    [
      { title: "After", cell: ({ at_ms }) => clock(at_ms) },
      { title: "Endpoint", cell: ({ endpoint }) => html`<code>${endpoint}</code>` },
      { title: "Answer", cell: ({ status }) => status ?? "none", number: true },
      { title: "Size", cell: (request) => bytes(request.bytes), number: true },
      { title: "Took", cell: ({ duration_ms }) => duration(duration_ms), number: true },
    ],
    slowest_requests,
  );
  return html`<section aria-labelledby="requests">
<h2 id="requests">Requests</h2>
<p>${sentence(report)}</p>
${Object.keys(answers).length > 0 ? answersList(answers) : ""}
${slowest_requests.length > 0 ? slowest : ""}
</section>`;
}

function sentence({ requests: number, objects, objects_per_request, dry_run }: ReportDocument): string {
  if (number === 0) return "No request went to /users/track.";
  const went = dry_run ? "would go" : "went";
  return `${plural(number, "request")} with ${plural(objects, "object")} ${went} to /users/track: ${objects_per_request.toFixed(1)} objects a request.`;
}

/** All requests, of every endpoint and with those that were repeated. */
function answersList(answers: Readonly<Record<string, number>>): Html {
  const items = Object.entries(answers).map(
    ([status, number]) =>
      html`<div><dt>${status === "none" ? "No answer" : `Answer ${status}`}</dt><dd>${count(number)}</dd></div>\n`,
  );
  return html`<dl class="stats">
${items}</dl>`;
}
