import { describeShard } from "@braze-connectors/shared/shard";
import { savedOf } from "../../meter";
import type { ReportDocument, SyncStatus } from "../document";
import { bar, legend, type Part } from "./bar";
import { count, duration, percent, plural, time } from "./format";
import { type Html, html } from "./html";

const words: Record<SyncStatus, string> = {
  complete: "complete",
  failed: "failed",
  stopped: "stopped",
  running: "not ended",
};

/** `Sync 42 complete` */
export const titleOf = ({ sync_id, status }: ReportDocument): string => `Sync ${sync_id} ${words[status]}`;

/** What happened, at a glance. */
export function headline(report: ReportDocument): Html {
  const parts = outcomes(report);
  return html`<header>
<p class="eyebrow">${report.connector}${report.shard ? ` · ${describeShard(report.shard)}` : ""}${report.attempt > 0 ? ` · attempt ${report.attempt + 1}` : ""}</p>
<h1><span class="state ${report.status}" aria-hidden="true"></span>${titleOf(report)}</h1>
<p class="lead">${lead(report)}</p>
<p class="when">${when(report)}</p>
${remarks(report).map((remark) => html`<p class="remark ${report.status}">${remark}</p>`)}
${report.received > 0 ? html`${bar(parts)}${legend(parts)}` : ""}
${stats(report)}
</header>`;
}

function lead(report: ReportDocument): string {
  const { received, started_at, ended_at, dry_run } = report;
  const tookMs = ended_at === null ? undefined : Math.max(0, Date.parse(ended_at) - Date.parse(started_at));
  const came = received === 0 ? "No record" : plural(received, "record");
  const took = tookMs === undefined ? "so far" : `in ${duration(tookMs)}`;
  const dry = dry_run ? " A dry run: nothing was sent, and the numbers say what would have been." : "";
  return `${came} ${took}.${dry}`;
}

function when({ started_at, ended_at }: ReportDocument): Html {
  const end = ended_at === null ? "" : html`, ended ${moment(ended_at)}`;
  return html`Started ${moment(started_at)}${end}`;
}

const moment = (iso: string): Html => html`<time datetime="${iso}">${time(iso)}</time>`;

function remarks({ status, failure }: ReportDocument): string[] {
  switch (status) {
    case "failed":
      return [failure ?? "The sync failed; the log says why."];
    case "stopped":
      return [
        "The host asked the sync to stop. What was not settled by then comes again with the next sync.",
      ];
    case "running":
      return [
        "This page is written when a sync starts and when it ends. If this sync does not run any more, it was killed.",
      ];
    case "complete":
      return [];
  }
}

function outcomes(report: ReportDocument): Part[] {
  const { received, accepted, unchanged, rejected, left_to_other_shards: left = 0 } = report;
  const part = (name: string, colour: string, value: number): Part => ({
    name,
    colour,
    share: value / Math.max(received, 1),
    text: count(value),
  });
  const open = received - accepted - rejected - left;
  return [
    part(report.dry_run ? "Would be delivered" : "Delivered", "delivered", accepted - unchanged),
    part("Unchanged", "unchanged", unchanged),
    part("Rejected", "rejected", rejected),
    ...(left > 0 ? [part("Left to other shards", "elsewhere", left)] : []),
    ...(open > 0 ? [part("Not settled", "open", open)] : []),
  ];
}

function stats({ requests, objects_per_request, data_points }: ReportDocument): Html {
  const { received, sent } = data_points;
  const saved = savedOf(data_points);
  const facts: [string, string][] = [
    ["Requests", count(requests)],
    ["Objects a request", requests === 0 ? "–" : objects_per_request.toFixed(1)],
    ["Data points sent", count(sent)],
    ["Data points saved", received === 0 ? "–" : percent(saved / received)],
  ];
  const items = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`);
  return html`<dl class="stats">
${items}</dl>`;
}
