import type { ReceivedRecord, Update } from "../pipeline/update";
import type { Journal } from "./journal";

/**
 * Acknowledgements are durable at least every second: this, the time that writing takes, and once more
 * the same for one that comes just after a write has begun.
 */
const flushMs = 250;

/** The journals of a sync's streams. */
export class Journals {
  private readonly timer: NodeJS.Timeout;

  /**
   * @param journals by stream
   * @param failed told when what was accepted can't be made durable
   */
  constructor(
    private readonly journals: ReadonlyMap<string, Journal>,
    private readonly failed: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.flush().catch(failed), flushMs);
    this.timer.unref();
  }

  of(stream: string): Journal | undefined {
    return this.journals.get(stream);
  }

  /** Whether Braze has accepted all of an update before an interruption; what it has is taken out. */
  recognise(update: Update): boolean {
    const { stream, epoch } = update.record;
    return this.journals.get(stream)?.recognise(update, epoch.number) ?? false;
  }

  /** Whether the next record of a stream has to be told to `received`: others say nothing. */
  awaits(stream: string): boolean {
    return this.journals.get(stream)?.awaitsRecord ?? false;
  }

  /** A record has come; before anything is asked about it. */
  received({ stream, data }: ReceivedRecord): void {
    this.journals.get(stream)?.received(data);
  }

  /** A state has come that closes an epoch. @param stream what it is about; undefined for all streams */
  stateReceived(epoch: number, stream: string | undefined): void {
    for (const journal of this.concerned(stream)) journal.stateReceived(epoch);
  }

  /** The state has left that closed an epoch. @param stream what it is about; undefined for all streams */
  stateLeft(epoch: number, stream: string | undefined): void {
    for (const journal of this.concerned(stream)) journal.statesLeft(epoch).catch(this.failed);
  }

  private concerned(stream: string | undefined): Journal[] {
    if (stream === undefined) return [...this.journals.values()];
    const journal = this.journals.get(stream);
    return journal ? [journal] : [];
  }

  async flush(): Promise<void> {
    await Promise.all([...this.journals.values()].map((journal) => journal.flush()));
  }

  /** Must be done before the states up to the end of an epoch leave; see Journal.statesLeaving. */
  async statesLeaving(epoch: number): Promise<void> {
    await Promise.all([...this.journals.values()].map((journal) => journal.statesLeaving(epoch)));
  }

  /** The staged parts of commits are not there any more. */
  forgetCommits(commits: readonly number[]): void {
    for (const journal of this.journals.values()) journal.forgetCommits(commits);
  }

  /** @param complete whether the sync is over for good; otherwise the host will send some records again */
  async end(complete: boolean): Promise<void> {
    clearInterval(this.timer);
    if (!complete) return this.flush();
    await Promise.all([...this.journals.values()].map((journal) => journal.clear()));
  }

  /** Lines for the log at the end of a sync. */
  lines(): string[] {
    return [...this.journals].flatMap(([stream, { recognised }]) =>
      recognised === 0
        ? []
        : [
            `${stream}: ${recognised} records were recognised: they had been sent before the interruption, and what must not be repeated of them was not sent again.`,
          ],
    );
  }
}
