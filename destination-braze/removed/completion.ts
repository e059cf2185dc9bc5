/**
 * Whether a stream has come whole. The source's last word on it counts (TRACE STREAM_STATUS); a source that
 * says nothing has sent all of it when a state came and no record after it.
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

  /** What holds at the end of the input. */
  get isComplete(): boolean {
    if (this.status !== undefined) return this.status === "COMPLETE";
    return this.acknowledged && !this.sourceFailed;
  }
}
