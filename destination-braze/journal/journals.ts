import type { JsonObject } from "@braze-connectors/shared/json";
import type { Update } from "../pipeline/update";
import type { Journal } from "./journal";
import { SentAgain } from "./sent-again";
import { SourceSays } from "./source-says";

/**
 * Acknowledgements are durable at least every second: this, the time that writing takes, and once more
 * the same for one that comes just after a write has begun.
 */
const flushMs = 250;

export interface StreamFacts {
  /** How many records of the stream have come in this run. */
  receivedOf(stream: string): number;
  /** Whether the host is one that says of the stream that it is complete, when it is. */
  hostTells(stream: string): boolean;
  /** Whether users are merged in this sync. */
  merges?: boolean;
}

/** The journals of a sync's streams. */
export class Journals {
  private readonly timer: NodeJS.Timeout;
  /** How the source ends its streams, and with them their journals. */
  readonly source = new SourceSays();
  /** Of each stream of which a state has come, the records received up to the last one. */
  private readonly receivedAtState = new Map<string, number>();
  private readonly sentAgain: SentAgain;
  /** Whether anything may be recognised; once not, never more. */
  private expectsAgain = true;

  /**
   * @param journals by stream
   * @param facts about the streams
   * @param failed told when what was accepted can't be made durable
   */
  constructor(
    private readonly journals: ReadonlyMap<string, Journal>,
    private readonly facts: StreamFacts,
    private readonly failed: (error: unknown) => void,
  ) {
    for (const [stream, journal] of journals) journal.receivedCount = () => facts.receivedOf(stream);
    this.sentAgain = new SentAgain(facts.merges ?? false);
    this.timer = setInterval(() => void this.flush().catch(failed), flushMs);
    this.timer.unref();
  }

  of(stream: string): Journal | undefined {
    return this.journals.get(stream);
  }

  /** Whether Braze has accepted all of an update before an interruption; what it has is taken out. */
  recognise(update: Update): boolean {
    if (!this.expectsAgain || !this.stillExpects()) return false;
    const { stream, epoch } = update.record;
    const journal = this.journals.get(stream);
    if (this.sentAgain.outdates(update)) journal?.forfeit(update);
    else if (journal?.recognise(update, epoch.number)) return true;
    this.sentAgain.add(update);
    return false;
  }

  /** Whether nobody knows of a message if it was sent before an interruption, or is a new one; see Journal.doubts. */
  doubts(update: Update): boolean {
    if (!this.expectsAgain) return false;
    const { stream, epoch } = update.record;
    return this.journals.get(stream)?.doubts(update, epoch.number) ?? false;
  }

  /** Whether the next record of a stream has to be told to `received` and `recognise`: others say nothing. */
  awaits(stream: string): boolean {
    if (this.expectsAgain && this.facts.merges) return true;
    return this.journals.get(stream)?.awaitsRecord ?? false;
  }

  private stillExpects(): boolean {
    for (const journal of this.journals.values()) if (journal.expectsAgain) return true;
    this.expectsAgain = false;
    this.sentAgain.clear();
    return false;
  }

  /** A record has come; before anything is asked about it. */
  received(stream: string, data: JsonObject): void {
    this.journals.get(stream)?.received(data);
  }

  /** A state has come that closes an epoch. @param stream what it is about; undefined for all streams */
  stateReceived(epoch: number, stream: string | undefined): void {
    for (const [name, journal] of this.concerned(stream)) {
      journal.stateReceived(epoch);
      this.receivedAtState.set(name, this.facts.receivedOf(name));
    }
  }

  /** The state has left that closed an epoch. @param stream what it is about; undefined for all streams */
  stateLeft(epoch: number, stream: string | undefined): void {
    for (const [, journal] of this.concerned(stream)) journal.statesLeft(epoch).catch(this.failed);
  }

  private concerned(stream: string | undefined): [string, Journal][] {
    if (stream === undefined) return [...this.journals];
    const journal = this.journals.get(stream);
    return journal ? [[stream, journal]] : [];
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

  /**
   * Ends the journals of the streams that are over, and keeps the others for the next run.
   * @param inputEnded whether the input came to its end; otherwise the host will send some records again
   */
  async end(inputEnded: boolean): Promise<void> {
    clearInterval(this.timer);
    if (!inputEnded) return this.flush();
    await Promise.all([...this.journals].map(([stream, journal]) => this.endOne(stream, journal)));
  }

  private endOne(stream: string, journal: Journal): Promise<void> {
    const received = this.facts.receivedOf(stream);
    const atState = this.receivedAtState.get(stream);
    const { isReached, doubted } = journal;
    const end = this.source.endOf(stream, {
      came: received > 0 || atState !== undefined,
      endsWithState: atState === received,
      isReached,
      hostTells: this.facts.hostTells(stream),
      doubted,
    });
    return end === "over" ? journal.clear() : journal.keep(end === "doubtful");
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
