/** What is known about an export at the time of a look. All times are epoch ms. */
export interface Look {
  /** When the look began. */
  nowMs: number;
  /** When the export was requested; perhaps by an earlier run. */
  requestedAtMs: number;
  /** When a look had ended that saw number or sizes of the files changed; the start of this run if none did. */
  changedAtMs: number;
  /**
   * The look before that change was seen: it happened at any time since, for what was found is read in between.
   * undefined when there was none, then nobody knows how long ago it happened.
   */
  changedAfterMs?: number | undefined;
  /** Number of files seen so far. */
  fileCount: number;
  /** Size of the segment by the newest point of /segments/data_series; undefined when Braze does not tell. */
  segmentSize: number | undefined;
}

export interface Patience {
  settleMs: number;
  timeoutMs: number;
}

/** How many times longer than between two files we wait for a first file that may never come. */
const emptyFactor = 10;

/**
 * Decides whether an export is over. Braze writes neither a manifest nor a marker at the end
 * (post_users_segment), so an export is complete when its files stopped changing; an empty segment gets no
 * file at all.
 */
export function judge(
  look: Look,
  { settleMs, timeoutMs }: Patience,
): "complete" | "empty" | "timed out" | "wait" {
  const quietMs = look.nowMs - look.changedAtMs;
  if (look.fileCount > 0 && quietMs >= settleMs) return "complete";
  const withoutFiles = look.fileCount === 0;
  if (withoutFiles && look.segmentSize === 0 && look.nowMs - look.requestedAtMs >= settleMs * emptyFactor) {
    return "empty";
  }
  const deadlineMs = look.requestedAtMs + timeoutMs;
  // What the first look finds may settle: a run may go on with an export that is long over.
  const stillChanging = look.changedAfterMs !== undefined && look.changedAfterMs >= deadlineMs;
  return look.nowMs >= deadlineMs && (withoutFiles || stillChanging) ? "timed out" : "wait";
}

/** How long to wait before the next look, ms: a poll interval, but not beyond the moment that could decide. */
export function pauseMs(look: Look, pollIntervalMs: number, { settleMs, timeoutMs }: Patience): number {
  const moments = [look.nowMs + pollIntervalMs];
  if (look.fileCount > 0) moments.push(look.changedAtMs + settleMs);
  else {
    moments.push(look.requestedAtMs + timeoutMs);
    if (look.segmentSize === 0) moments.push(look.requestedAtMs + settleMs * emptyFactor);
  }
  const upcoming = moments.filter((moment) => moment > look.nowMs);
  return Math.min(...upcoming) - look.nowMs;
}
