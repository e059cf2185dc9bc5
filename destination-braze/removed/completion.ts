/** How far a stream has come: whole because the source said so, whole as far as one can tell, or not whole. */
export type Coming = "told whole" | "seems whole" | "not whole";

/**
 * Whether a stream has come whole. The source's last word on it counts (TRACE STREAM_STATUS); a source that
 * says nothing of any stream has sent all of it when a state came and no record after it.
 */
export class Completion {
  private status: string | undefined;
  private acknowledged = false;
  private sourceFailed = false;

  record(): void {
    this.acknowledged = false;
  }

  state(): void {
    this.acknowledged = true;
  }

  /** @param status STARTED, RUNNING, COMPLETE or INCOMPLETE */
  told(status: string): void {
    this.status = status;
  }

  /** The source has reported an error. */
  failed(): void {
    this.sourceFailed = true;
  }

  /**
   * What holds at the end of the input.
   * @param speaks whether the source has told the status of any stream: its silence on this one is then no
   *   sign that it has come whole
   */
  coming(speaks: boolean): Coming {
    if (this.status === "COMPLETE") return "told whole";
    return !speaks && this.acknowledged && !this.sourceFailed ? "seems whole" : "not whole";
  }
}
