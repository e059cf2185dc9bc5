import type { RejectedRecord, SyncReport } from "./rejected";

/** What a sync of the demo left behind. */
export interface SyncOutcome {
  report: SyncReport;
  rejected: RejectedRecord[];
  /** Where rejected records are, and where a copy of them stays when the demo is over. */
  rejectedAt: string;
  keptAt: string;
  /** A copy of the report as a page. */
  pageAt: string;
  tookMs: number;
}

type Row = [label: string, ...values: string[]];

/** The table that a person likes to read at the end: a column a sync. */
export function summary(syncs: readonly SyncOutcome[], profiles: number): string {
  const row = (label: string, value: (sync: SyncOutcome) => string): Row => [label, ...syncs.map(value)];
  const rows: Row[] = [
    row("", (sync) => `sync ${syncs.indexOf(sync) + 1}`),
    row("Exported from Production", ({ report }) => count(report.received)),
    row("Accepted by Staging", ({ report }) => count(report.accepted)),
    row("Rejected", ({ report }) => count(report.rejected)),
    ...reasons(syncs).map((reason) =>
      row(`  ${reason}`, ({ rejected }) =>
        count(rejected.filter((each) => reasonOf(each) === reason).length),
      ),
    ),
    row("Requests to /users/track", ({ report }) => count(report.requests)),
    row("Objects per request", ({ report }) => report.objects_per_request.toFixed(1)),
    row("Data points received", ({ report }) => count(report.data_points.received)),
    row("Data points sent", ({ report }) => count(report.data_points.sent)),
    row("Time", ({ tookMs }) => `${(tookMs / 1000).toFixed(1)} s`),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(
    ([label, ...values]) => `${label.padEnd(width)}${values.map((value) => value.padStart(11)).join("")}`,
  );
  return [...lines, `Profiles in Staging now: ${count(profiles)}`].join("\n");
}

const reasonOf = ({ reasons: [first] }: RejectedRecord): string => first?.message ?? "no reason";

const reasons = (syncs: readonly SyncOutcome[]): string[] => [
  ...new Set(syncs.flatMap(({ rejected }) => rejected.map(reasonOf))),
];

const count = (number: number): string => number.toLocaleString("en");
