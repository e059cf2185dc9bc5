/** One exchange with Braze; a retry is one of its own. */
export interface AnsweredRequest {
  /** The path without its query. */
  path: string;
  /** Undefined when no answer came. */
  status: number | undefined;
  startedAtMs: number;
  durationMs: number;
  /** Length of what was sent. */
  sizeBytes: number;
}

/** Watches what leaves for Braze and what comes back. */
export interface RequestObserver {
  /** @param path without the query */
  sent(path: string): void;
  answered(request: AnsweredRequest): void;
}
