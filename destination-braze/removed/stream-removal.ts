import { configError, StoppedError } from "@braze-connectors/shared/airbyte/errors";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { DeltaIndex } from "../delta/delta-index";
import type { PartitionOf } from "../delta/partition";
import { type Comparison, compare, exceedsLimit, percentOf } from "./compare";
import { Completion } from "./completion";
import { leaverOf } from "./elsewhere";
import type { Members } from "./lines";
import { MemberList } from "./member-list";
import type { RemovedProfiles } from "./policy";
import { type Refresh, readRefresh, refreshFor, writeRefresh } from "./refresh";
import type { Leaver, Remover } from "./remover";
import type { SealedFiles } from "./sealed-files";
import { memberParts, SeenProfiles } from "./seen-profiles";

/** What became of the profiles of a stream that a refresh did not bring any more. */
export interface RemovedCounts {
  /** Profiles known before. */
  known: number;
  left: number;
  done: number;
  /** Of those who left: kept, because another stream writes them too. */
  elsewhere: number;
  failed: number;
}

export interface StreamRemovalOptions {
  stream: string;
  /** `_braze/{stream}/` */
  folder: string;
  /** The host's name for this refresh, if it has one. */
  sync: string | null;
  policy: RemovedProfiles;
  limitPercent: number | undefined;
  storage: ObjectStorage;
  files: SealedFiles;
  index: DeltaIndex;
  /** The indexes of the other streams of this sync. */
  others: readonly DeltaIndex[];
  /** Notes for all streams, also those of other syncs, that Braze does not have somebody any more. */
  noteUndone: (identities: readonly string[]) => Promise<void>;
  partitionOf: PartitionOf;
  remover: Remover;
  log: Logger;
  halt: AbortSignal;
  dryRun: boolean;
  /** New each time. */
  newId: () => string;
}

/** Those who left are collected up to so many, over several parts. */
const leaversAtATime = 5000;

/** Finds out who left a stream that is refreshed, and has them removed. */
export class StreamRemoval {
  readonly completion = new Completion();
  private readonly list: MemberList;

  private constructor(
    private readonly options: StreamRemovalOptions,
    readonly seen: SeenProfiles,
    private readonly refresh: Refresh,
  ) {
    this.list = new MemberList(options.files, `${options.folder}members/`);
  }

  static async open(options: StreamRemovalOptions): Promise<StreamRemoval> {
    const { storage, files, folder, sync, partitionOf, newId } = options;
    const attempt = newId();
    const previous = await readRefresh(storage, `${folder}refresh.json`);
    const refresh = refreshFor(previous, sync, attempt);
    const seenFolder = `${folder}members/seen/`;
    const keys = await files.list(seenFolder);
    const seen = new SeenProfiles(files, seenFolder, refresh.marker, keys, attempt, partitionOf);
    if (!options.dryRun) await writeRefresh(storage, `${folder}refresh.json`, refresh);
    return new StreamRemoval(options, seen, refresh);
  }

  /** The refresh goes on another time: what was seen of it is kept. */
  async pause(): Promise<void> {
    await this.seen.store();
    this.refresh.settled = true;
    await this.storeRefresh();
  }

  /**
   * The stream has come whole: removes those who left.
   * @throws config_error when they are too many: then nobody is removed
   */
  async complete(): Promise<RemovedCounts> {
    const { known, left, certain } = await this.whoLeft();
    const count = left.reduce((sum, { length }) => sum + length, 0);
    const counts: RemovedCounts = { known, left: count, done: 0, elsewhere: 0, failed: 0 };
    if (exceedsLimit(count, known, this.options.limitPercent)) {
      this.refresh.outcome = "refused";
      throw tooMany(this.options, counts);
    }
    if (this.options.dryRun) return counts;
    const failed = await this.removeLeavers(left, counts);
    await this.storeMembers(certain, failed);
    await this.seen.clear();
    this.refresh.outcome = "complete";
    this.refresh.settled = true;
    await this.storeRefresh();
    return counts;
  }

  /** Who left, by part. */
  private async whoLeft(): Promise<{ known: number; left: string[][]; certain: boolean }> {
    const certain = this.mayRemove();
    const left: string[][] = [];
    let known = 0;
    let whole = true;
    for (let part = 0; part < memberParts; part++) {
      const compared = await this.compare(part, certain);
      known += compared.known;
      left.push(compared.left);
      whole &&= compared.whole;
    }
    if (whole) return { known, left, certain };
    this.options.log.warn(`${this.options.stream}: nobody is removed this time.`);
    return { known, left: [], certain: false };
  }

  /** Whether it can be known who left; if not, why is said in the log. */
  private mayRemove(): boolean {
    const { stream, log } = this.options;
    const { outcome, uncertain } = this.refresh;
    if (outcome === "complete") {
      log.info(`${stream}: this refresh was complete before: nobody is removed.`);
    } else if (uncertain) {
      log.warn(
        `${stream}: an earlier attempt of this refresh was killed, so nobody knows who came along in it: nobody is removed this time.`,
      );
    } else return true;
    return false;
  }

  private async compare(
    part: number,
    certain: boolean,
  ): Promise<Comparison & { listed: Members; whole: boolean }> {
    const listed = await this.list.read(part);
    const seen = await this.seen.inThisRefresh(part);
    return { listed, whole: seen.whole, ...compare(listed, await this.seen.earlier(part), seen, certain) };
  }

  /** @returns those for whom it was not done */
  private async removeLeavers(left: readonly string[][], counts: RemovedCounts): Promise<Members> {
    const failed: Members = new Map();
    let leavers: Leaver[] = [];
    for (const [part, identities] of left.entries()) {
      const listed: Members = identities.length > 0 ? await this.list.read(part) : new Map();
      for (const identity of identities) {
        const leaver = await this.leaver(identity, listed);
        if (leaver) leavers.push(leaver);
        else {
          counts.elsewhere += 1;
          this.options.index.forget(identity);
        }
      }
      // Many at a time, so that requests are full.
      if (leavers.length < leaversAtATime && part + 1 < left.length) continue;
      await this.remove(leavers, failed);
      counts.done += leavers.length;
      leavers = [];
    }
    counts.failed = failed.size;
    counts.done -= failed.size;
    return failed;
  }

  private async remove(leavers: readonly Leaver[], failed: Members): Promise<void> {
    const { stream, index, remover, policy, halt, noteUndone } = this.options;
    if (leavers.length === 0) return;
    const identities = policy.action === "delete_user" ? leavers.map(({ identity }) => identity) : [];
    // Should it end in a crash, nobody could tell what Braze still has of them.
    await index.announce(leavers);
    await noteUndone(identities);
    for (const identity of identities) index.forget(identity);
    const done = await remover.remove(stream, leavers);
    // Once more, for a sync of another stream that has begun meanwhile, and written them.
    await noteUndone(identities);
    if (halt.aborted) throw new StoppedError();
    for (const { identity, names } of leavers) {
      if (!done.has(identity)) failed.set(identity, names);
      // What a mark says of somebody is still true.
      else if (policy.action !== "mark") index.forget(identity);
    }
  }

  /** @param failed those who left and stay members all the same */
  private async storeMembers(certain: boolean, failed: Members): Promise<void> {
    for (let part = 0; part < memberParts; part++) {
      const { listed, left, members } = await this.compare(part, certain);
      const after: Members = new Map();
      for (const identity of members) after.set(identity, await this.namesOf(identity, listed));
      for (const identity of left) {
        const names = failed.get(identity);
        if (names) after.set(identity, names);
      }
      await this.list.replace(part, listed, after);
    }
  }

  private async leaver(identity: string, listed: Members): Promise<Leaver | undefined> {
    const { index, others, policy } = this.options;
    for (const each of [index, ...others]) await each.prepare(identity);
    return leaverOf(identity, listed.get(identity) ?? [], policy, index, others);
  }

  /** The attributes to be cleared should the profile leave: a new generation resets the index. */
  private async namesOf(identity: string, listed: Members): Promise<readonly string[]> {
    const { index, policy } = this.options;
    if (policy.action !== "clear_attributes") return [];
    await index.prepare(identity);
    return index.attributesOf(identity) ?? listed.get(identity) ?? [];
  }

  private async storeRefresh(): Promise<void> {
    const { storage, folder, dryRun } = this.options;
    const key = `${folder}refresh.json`;
    if (dryRun) return;
    // A process taken for dead may have been replaced: what the other one says counts.
    const stored = await readRefresh(storage, key);
    if (stored?.attempt === this.refresh.attempt) await writeRefresh(storage, key, this.refresh);
  }
}

const tooMany = ({ stream, limitPercent }: StreamRemovalOptions, { known, left }: RemovedCounts): Error =>
  configError(
    `${stream}: ${left} of ${known} known profiles are not in the stream any more, which is more than ${percentOf(limitPercent)} %. Nobody was removed; all records were delivered. If so many really left, raise "removed_profiles_limit_percent".`,
    { stream, help: "removed-profiles" },
  );
