import type { RejectedRecord, SyncReport } from "./rejected";

/** The table that a person likes to read at the end. */
export function summary(
  report: SyncReport,
  rejected: readonly RejectedRecord[],
  { tookMs, profiles }: { tookMs: number; profiles: number },
): string {
  const rows: [string, string][] = [
    ["Exported from Production", count(report.received)],
    ["Accepted by Staging", count(report.accepted)],
    ["Rejected", count(report.rejected)],
    ...reasons(rejected).map(([reason, number]): [string, string] => [`  ${reason}`, count(number)]),
    ["Profiles in Staging now", count(profiles)],
    ["Requests to /users/track", count(report.requests)],
    ["Objects per request", report.objects_per_request.toFixed(1)],
    ["Time", `${(tookMs / 1000).toFixed(1)} s`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value.padStart(8)}`).join("\n");
}

function reasons(rejected: readonly RejectedRecord[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const {
    reasons: [first],
  } of rejected) {
    const text = first?.message ?? "no reason";
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

const count = (number: number): string => number.toLocaleString("en");
