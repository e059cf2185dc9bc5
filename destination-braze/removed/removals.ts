import { randomUUID } from "node:crypto";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { JsonObject } from "@braze-connectors/shared/json";
import { setOwn } from "@braze-connectors/shared/mapping/own";
import { attributes } from "../objects/track/track";
import type { Update } from "../pipeline/update";
import type { SyncReport } from "../report/report";
import type { Route } from "../routes";
import { identityOfRejected, otherIdentities } from "./identities";
import type { RemovedProfiles } from "./policy";
import type { RemovedCounts, StreamRemoval } from "./stream-removal";

export interface RemovalsOptions {
  policy: RemovedProfiles;
  report: Pick<SyncReport, "removed">;
  log: Logger;
  dryRun: boolean;
}

/** Those who leave the streams that are refreshed: watches the sync, and acts when it has ended well. */
export class Removals {
  /** Whether the source tells the statuses of its streams. */
  private sourceSpeaks = false;
  private inferenceTold = false;

  constructor(
    private readonly streams: ReadonlyMap<string, StreamRemoval>,
    private readonly options: RemovalsOptions,
  ) {}

  /** @param stream undefined for a state of all streams */
  state(stream: string | undefined): void {
    const concerned = stream === undefined ? this.streams.values() : [this.streams.get(stream)];
    for (const removal of concerned) removal?.completion.state();
  }

  /** @param stream any stream of the source's, also one that nobody is removed from */
  status(stream: string, status: string): void {
    this.sourceSpeaks = true;
    this.streams.get(stream)?.completion.told(status);
  }

  sourceFailed(): void {
    for (const { completion } of this.streams.values()) completion.failed();
  }

  /** Whether it is noted who comes along in a stream. */
  watches(stream: string): boolean {
    return this.streams.has(stream);
  }

  record(stream: string): void {
    this.streams.get(stream)?.completion.record();
  }

  /** Notes whose update it is, and marks the profile as a member's where that is asked for. */
  received(update: Update): void {
    const { record, slot, identity, body } = update;
    const removal = slot === attributes ? this.streams.get(record.stream) : undefined;
    if (!removal) return;
    const { policy } = this.options;
    if (policy.action === "mark") {
      update.body = { ...body };
      setOwn(update.body, policy.attribute, true);
    }
    removal.seen.add(identity);
    for (const other of otherIdentities(body, identity)) removal.seen.mention(other);
  }

  rejected(stream: string, data: JsonObject, route: Route): void {
    const removal = route.object.slot === attributes ? this.streams.get(stream) : undefined;
    const identity = removal && identityOfRejected(data, route);
    if (identity !== undefined) removal?.seen.add(identity);
  }

  /** Keeps memory bounded. Await what is returned, if anything, before the next record. */
  spill(): Promise<void> | undefined {
    if (this.options.dryRun) return undefined;
    for (const { seen } of this.streams.values()) if (seen.isFull) return seen.store();
    return undefined;
  }

  /**
   * The sync is over.
   * @param well whether all input was taken and every record settled
   * @throws the first error, after all streams had their turn
   */
  async finish(well: boolean): Promise<void> {
    const errors: unknown[] = [];
    for (const [stream, removal] of this.streams) {
      try {
        if (well && this.isWhole(removal)) await this.complete(stream, removal);
        else await removal.pause();
      } catch (error) {
        errors.push(error);
        // What was seen is still good for the next attempt.
        await removal.pause().catch(() => undefined);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  private isWhole({ completion }: StreamRemoval): boolean {
    const coming = completion.coming(this.sourceSpeaks);
    if (coming === "seems whole" && !this.inferenceTold) {
      this.inferenceTold = true;
      this.options.log.warn(
        "The source reported no stream statuses: that its streams came whole, and so that whoever is not in them has left, is inferred from its last states.",
      );
    }
    return coming !== "not whole";
  }

  private async complete(stream: string, removal: StreamRemoval): Promise<void> {
    const { report, log, policy, dryRun } = this.options;
    const counts = await removal.complete();
    report.removed(stream, counts);
    for (const line of linesOf(stream, counts, policy, dryRun)) log.info(line);
    if (counts.failed > 0) {
      log.warn(`${stream}: Braze refused that for ${counts.failed} of them; they are tried again next time.`);
    }
  }
}

/** What people are told. */
export function linesOf(
  stream: string,
  { known, left, done, elsewhere }: RemovedCounts,
  policy: RemovedProfiles,
  dryRun: boolean,
): string[] {
  if (known === 0) return [`${stream}: from now on it is known who belongs to it.`];
  const finding = `${stream}: ${left} of ${known} known profiles are not in it any more`;
  if (left === 0) return [`${finding}.`];
  if (dryRun) return [`${finding}; nothing is done to them in a dry run.`];
  const kept =
    elsewhere === 0 ? [] : [`${stream}: ${elsewhere} of them stay: another stream writes them too.`];
  return [`${finding}; ${done} were ${participle(policy)}.`, ...kept];
}

function participle(policy: RemovedProfiles): string {
  switch (policy.action) {
    case "delete_user":
      return "deleted";
    case "mark":
      return `given ${policy.attribute}: false`;
    default:
      return "cleared of what this stream had set";
  }
}

/** Short, and different each time. */
export const newId = (): string => randomUUID().slice(0, 13);
