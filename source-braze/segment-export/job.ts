import type { Context } from "@braze-connectors/shared/airbyte/context";
import { type ConnectorError, transientError } from "@braze-connectors/shared/airbyte/errors";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { describeShard } from "@braze-connectors/shared/shard";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { Braze } from "../braze";
import type { Clock } from "../clock";
import { describeSegment, type Segment, segmentSize } from "../segments";
import type { SegmentExportSettings } from "../settings";
import { count, duration, megabytes } from "../wording";
import type { Changes } from "./changes/changes";
import { judge, type Look, pauseMs } from "./completion";
import type { LineTaker } from "./line-taker";
import type { ProgressBook } from "./progress-book";
import type { Sharing } from "./shards/sharing";
import type { SegmentProgress } from "./state";
import type { TemporaryFiles } from "./temporary-files";

/** What reading an export works with. */
export interface Means {
  braze: Braze;
  /** The workspace's storage; undefined when exports come by download link. */
  storage: ObjectStorage | undefined;
  context: Context;
  clock: Clock;
  settings: SegmentExportSettings;
  emitter: StreamEmitter;
  book: ProgressBook;
  temporary: TemporaryFiles;
  /** Given when this process reads a share of the files. */
  sharing?: Sharing | undefined;
}

const waitingLineEveryMs = 60_000;

/** One export that Braze has started, while it is waited for and read: what link and storage have in common. */
export class ExportJob {
  readonly startedAtMs: number;
  readonly requestedAtMs: number;
  private loggedAtMs: number;

  /**
   * @param place where the export appears, for people
   * @param size of the segment, as far as known
   * @param taker emits what the lines of the export become
   * @param changes for an incremental sync: must see every line
   */
  constructor(
    readonly segment: Segment,
    public progress: SegmentProgress,
    readonly place: string,
    private size: number | undefined,
    readonly taker: LineTaker,
    readonly means: Means,
    readonly changes?: Changes,
  ) {
    this.startedAtMs = means.clock.now();
    this.loggedAtMs = this.startedAtMs;
    this.requestedAtMs = Date.parse(progress.exportedAt);
  }

  get name(): string {
    return describeSegment(this.segment);
  }

  /** A look at the export, to be judged. */
  look(nowMs: number, fileCount: number, changedAtMs: number, changedAfterMs?: number): Look {
    const { requestedAtMs, size: segmentSize } = this;
    return { nowMs, requestedAtMs, changedAtMs, changedAfterMs, fileCount, segmentSize };
  }

  /** Judges a look; that the segment is empty only when its size still says so. */
  async judge(look: Look): Promise<ReturnType<typeof judge>> {
    const verdict = judge(look, this.means.settings);
    if (verdict !== "empty") return verdict;
    const size = await segmentSize(this.means.braze, this.segment.id);
    this.size = size === "forbidden" ? undefined : size;
    return judge({ ...look, segmentSize: this.size }, this.means.settings);
  }

  /** Waits for the next look; once a minute says that we wait, and for what. */
  async pause(look: Look, seen: string): Promise<void> {
    const { clock, settings, context } = this.means;
    if (look.nowMs - this.loggedAtMs >= waitingLineEveryMs) {
      this.loggedAtMs = look.nowMs;
      context.log.info(
        `Waiting for the export of ${this.name}, requested ${duration(look.nowMs - this.requestedAtMs)} ago: ${seen}.`,
      );
    }
    const untilMs = look.nowMs + pauseMs(look, settings.pollIntervalMs, settings);
    const waitMs = untilMs - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, context.stop);
  }

  /** Takes note of progress; said with the next state. */
  note(change: Partial<SegmentProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.means.book.note(this.segment.id, this.progress);
  }

  /** The export did not end in time. One that brought files is under way, and the next sync goes on with it. */
  timedOut(seen: string): ConnectorError {
    const isUnderWay = this.progress.files.length > 0;
    if (!isUnderWay) this.means.book.forget(this.segment.id);
    return transientError(
      `Braze did not finish the export of ${this.name} within ${duration(this.means.settings.timeoutMs)}: ${seen} at ${this.place}. The next sync ${isUnderWay ? "goes on with it" : "asks for a new one"}; raise "segment_export.timeout_minutes" if that happens often.`,
      { help: "export-timeout" },
    );
  }

  /** Says how the export went; warns when its size is not what Braze's statistics let expect. */
  finish(fileCount: number, sizeBytes: number): void {
    const { clock, context, sharing } = this.means;
    const { log } = context;
    const { users } = this.progress;
    const age = duration(clock.now() - this.requestedAtMs);
    const ofShard = sharing ? ` of ${describeShard(sharing.shard)}` : "";
    log.info(
      `The export of ${this.name} is complete: ${count(users, "user")} in ${count(fileCount, "file")} (${megabytes(sizeBytes)})${ofShard}, ${age} after the request.`,
    );
    if (this.deviates) {
      log.warn(
        `The export of ${this.name} has ${count(users, "user")}, but by /segments/data_series the segment had ${count(this.size ?? 0, "user")} lately.`,
      );
    }
  }

  /** Whether so many users are missing that the export may not be whole. */
  get isFarTooSmall(): boolean {
    return this.deviates && this.progress.users < (this.size ?? 0);
  }

  /** A share of the files tells nothing of the whole. */
  private get deviates(): boolean {
    return (
      this.means.sharing === undefined && this.size !== undefined && deviates(this.progress.users, this.size)
    );
  }
}

/** Whether an export is far from the size that the segment had: by more than 20 % and more than 100 users. */
export function deviates(users: number, segmentSize: number): boolean {
  const difference = Math.abs(users - segmentSize);
  return difference > 100 && difference > segmentSize * 0.2;
}
