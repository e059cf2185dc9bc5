/** What this run has seen of a stream when the input ends. */
export interface StreamSeen {
  /** Whether a record or a state of it came. */
  came: boolean;
  /** Whether a state of it came, and no record of it after that. */
  endsWithState: boolean;
  /** Whether its records were as many as an interrupted run had received before, if there was one. */
  isReached: boolean;
  /** Whether the host is one that says of streams that they are complete, when they are. */
  hostTells: boolean;
  /** How often in a row an end without a word was not believed, and no state has left since. */
  doubted: number;
}

/**
 * How a stream ended. "over": it has come whole, and what the host sends from now on is new. "cut": it will come
 * again from its last state on. "doubtful": the same, but only that nothing was said speaks for it.
 */
export type StreamEnd = "over" | "cut" | "doubtful";

/** A host gives up on a source that fails so often and gets nowhere (Airbyte's platform after five attempts). */
const mostDoubtsOfTellingHost = 5;

/** What the source says of its streams, and with that which of them have come to their end. */
export class SourceSays {
  /** The last word on each stream. */
  private readonly statuses = new Map<string, string>();
  private hasFailed = false;

  /** @param status STARTED, RUNNING, COMPLETE or INCOMPLETE */
  status(stream: string, status: string): void {
    this.statuses.set(stream, status);
  }

  /** The source has reported an error. */
  failed(): void {
    this.hasFailed = true;
  }

  /**
   * How a stream ended whose input ended. Where statuses are spoken of, the last one counts. Where they are not,
   * a state behind the last record is an end. Without one, it is doubtful if the host usually tells (Airbyte's
   * platform passes on no statuses of a source that fails, and COMPLETE for all streams of one that does not), or
   * if less came than before an interruption. Doubts end: without an end new records would be taken for old ones.
   */
  endOf(stream: string, seen: StreamSeen): StreamEnd {
    const status = this.statuses.get(stream);
    if (status === "COMPLETE") return "over";
    if (this.statuses.size > 0 || this.hasFailed || !seen.came) return "cut";
    if (seen.endsWithState) return "over";
    const mostDoubts = seen.hostTells ? mostDoubtsOfTellingHost : seen.isReached ? 0 : 1;
    return seen.doubted < mostDoubts ? "doubtful" : "over";
  }
}
