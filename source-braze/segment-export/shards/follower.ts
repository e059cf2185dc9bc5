import type { Context } from "@braze-connectors/shared/airbyte/context";
import { transientError } from "@braze-connectors/shared/airbyte/errors";
import { describeShard } from "@braze-connectors/shared/shard";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { Clock } from "../../clock";
import { describeSegment, type Segment } from "../../segments";
import { duration } from "../../wording";
import { type ExportNote, isOfThisSync, parseNote } from "./export-note";
import { noteKey, type Sharing } from "./sharing";

export interface FollowerMeans {
  storage: ObjectStorage;
  clock: Clock;
  context: Pick<Context, "log" | "stop">;
  settings: { pollIntervalMs: number; timeoutMs: number };
}

/** Any shard but the first: it reads the export that the note from shard 0 names. */
export class ExportFollower {
  private readonly key: string;

  constructor(
    private readonly segment: Segment,
    private readonly sharing: Sharing,
    private readonly means: FollowerMeans,
  ) {
    this.key = noteKey(segment.id, sharing);
  }

  /**
   * Waits for the note.
   * @throws transient_error when none comes in time
   */
  async note(): Promise<ExportNote> {
    const { clock, context, settings } = this.means;
    const { shard, sync, beganAtMs } = this.sharing;
    const fromMs = clock.now();
    for (let isFirst = true; ; isFirst = false) {
      const note = await this.read();
      if (note && isOfThisSync(note, sync, beganAtMs)) return note;
      const leftMs = fromMs + settings.timeoutMs - clock.now();
      if (leftMs <= 0) throw this.timedOut();
      if (isFirst) {
        context.log.info(
          `This is ${describeShard(shard)}: waiting for shard 0 to request the export of ${describeSegment(this.segment)}.`,
        );
      }
      await clock.sleep(Math.min(settings.pollIntervalMs, leftMs), context.stop);
    }
  }

  /** Takes the note away, once a state says what it said: so it is never taken for one of a later sync. */
  async take(): Promise<void> {
    await this.means.storage.remove([this.key]);
  }

  private async read(): Promise<ExportNote | undefined> {
    try {
      return parseNote((await readAll(this.means.storage, this.key)).toString());
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  private timedOut(): Error {
    const { shard } = this.sharing;
    return transientError(
      `Shard 0 of ${shard.count} did not say within ${duration(this.means.settings.timeoutMs)} which export of ${describeSegment(this.segment)} is read: start all shards of a sync together, with the same config and catalog.`,
      { help: "shards" },
    );
  }
}
