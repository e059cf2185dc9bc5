import type { Context } from "@braze-connectors/shared/airbyte/context";
import { showProgress } from "@braze-connectors/shared/airbyte/show-progress";
import { WriteProgress } from "./progress";
import type { SyncReport } from "./report/report";
import type { Limits } from "./settings";

const lookEveryMs = 1000;

/** Keeps an eye on a sync while it runs: for the report, and for the person who waits. */
export async function watchSync<T>(
  run: () => Promise<T>,
  report: SyncReport,
  { requestsPer3Seconds }: Pick<Limits, "requestsPer3Seconds">,
  context: Context,
): Promise<T> {
  const looking = setInterval(() => report.look(), lookEveryMs);
  const progress = new WriteProgress(requestsPer3Seconds, () => ({
    totals: report.totals,
    limitedRequests: report.requests.limited,
    situation: report.situation,
  }));
  const stopShowing = showProgress(context, () => progress.now());
  try {
    return await run();
  } finally {
    clearInterval(looking);
    stopShowing();
    if (report.location !== undefined) context.log.info(`The report of the sync: ${report.location}`);
  }
}
