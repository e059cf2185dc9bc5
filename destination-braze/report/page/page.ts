import { createHash } from "node:crypto";
import type { ReportDocument } from "../document";
import { dataPoints } from "./data-points";
import { headline, titleOf } from "./headline";
import { Html, html } from "./html";
import { hasTime, overTime } from "./over-time";
import { rejected } from "./rejected";
import { requests } from "./requests";
import { streams } from "./streams";
import { style } from "./style";

const styleHash = createHash("sha256").update(style).digest("base64");
/** Nothing is loaded, nothing is run: what stands in the records can only be read. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** The report as one page that needs nothing beside itself. */
export function page(report: ReportDocument): string {
  const sections = [
    report.rejected > 0 ? ["#rejected", "Rejected records"] : undefined,
    hasTime(report) ? ["#over-time", "Over time"] : undefined,
    ["#streams", "Streams"],
    ["#data-points", "Data points"],
    ["#requests", "Requests"],
  ].filter((section) => section !== undefined);
  const links = sections.map(([target, name]) => html`<li><a href="${target}">${name}</a></li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${titleOf(report)} – ${report.connector}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="sheet">
${headline(report)}
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main id="main" tabindex="-1">
${report.rejected > 0 ? rejected(report) : ""}
${overTime(report)}
${streams(report)}
${dataPoints(report)}
${requests(report)}
</main>
<footer>
<p>The same in numbers: <a href="report.json">report.json</a>. Times since the start are hours, minutes and seconds.</p>
</footer>
</div>
</body>
</html>
`.text;
}
