import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { undoneBy } from "../delta/undone";
import { WordList } from "../delta/word-list";
import type { Journals } from "../journal/journals";
import { fingerprintOf } from "../journal/unrepeatable";
import type { Endpoint } from "../objects/endpoint";
import type { Deliverer, FinalFate } from "../pipeline/deliver";
import type { Deltas } from "../pipeline/deltas";
import { jsonOf, writtenEncoding } from "../pipeline/json-text";
import type { Outgoing } from "../pipeline/update";
import type { StagedObject } from "./part-file";
import type { Commit, PartWriter, StagedBatch } from "./part-writer";
import { Turns } from "./turns";

type Delivers = Pick<Deliverer, "deliver">;

export interface StagingOptions {
  storage: Pick<ObjectStorage, "remove">;
  writer: PartWriter;
  journals: Journals;
  /** Told whose profiles were changed, before the parts that say so go. */
  deltas: Pick<Deltas, "addProfile" | "noteChanged" | "noteUndone">;
  /** Requests to Braze at a time. */
  concurrentRequests: number;
  /** Aborted when nothing more is to be sent. */
  halt: AbortSignal;
  /** Told when parts can't be removed. */
  failed: (error: unknown) => void;
}

/** How many batches may be under way for each request in flight: the others are being made durable. */
const batchesPerRequest = 6;
/** So many at the least: with few requests in flight parts would be written for a batch or two each. */
const fewestBatches = 24;
const tidyMs = 500;
const none: readonly number[] = [];

/**
 * Keeps what is on its way to Braze in the storage until it is known what became of it. A batch is made
 * durable before it is sent; with Braze's answer the journal notes in one step that the batch is settled
 * and what of it must not be repeated. Once that is durable too, for all batches of a commit, its parts go.
 */
export class Staging {
  /** For each endpoint, so that a slow one takes no turns from the others. */
  private readonly turns = new Map<Endpoint, Turns>();
  /** Commits all of whose batches are settled. */
  private settledCommits: Commit[] = [];
  /** Batches with something of which nobody knows whether Braze has it: see `settleDoubts`. */
  private doubtful: { objects: readonly Outgoing[]; settle: () => void }[] = [];
  private readonly timer: NodeJS.Timeout;
  private tidying: Promise<void> = Promise.resolve();

  constructor(private readonly options: StagingOptions) {
    this.timer = setInterval(() => void this.tidy().catch(options.failed), tidyMs);
    this.timer.unref();
  }

  /** How many batches may be under way at a time, staged ones and those in flight. */
  get batchesUnderWay(): number {
    return Math.max(fewestBatches, batchesPerRequest * this.options.concurrentRequests);
  }

  /** Makes a deliverer stage what it delivers. */
  around(deliverer: Delivers): Delivers {
    return {
      deliver: async (objects) => {
        const entries = objects.map(entriesOf);
        const stage = async (): Promise<StagedBatch> => {
          const staged = this.options.writer.add(byStream(objects, entries));
          this.noteProfiles(objects, staged.commit);
          await staged.commit.durable;
          return staged;
        };
        const endpoint = objects[0]?.slot.endpoint;
        // What is not sent again after a crash is staged last of all, so that few are in doubt.
        const early = endpoint?.inDoubt === "reject" ? undefined : await stage();
        const [batch, fates] = await this.turnsAt(endpoint).run(
          async (): Promise<[StagedBatch, FinalFate[]]> => {
            const staged = early ?? (await stage());
            return [staged, await deliverer.deliver(objects)];
          },
        );
        const settle = (): void => {
          this.note(objects, entries, fates);
          this.settled(batch);
        };
        if (fates.some(isInDoubt)) this.doubtful.push({ objects, settle });
        else settle();
        return fates;
      },
    };
  }

  private turnsAt(endpoint: Endpoint | undefined): Turns {
    let turns = endpoint && this.turns.get(endpoint);
    if (!turns) {
      turns = new Turns(this.options.concurrentRequests, this.options.halt);
      if (endpoint) this.turns.set(endpoint, turns);
    }
    return turns;
  }

  /** It is known of all objects of a batch what became of them. */
  settled({ commit, number, streams }: StagedBatch): void {
    for (const stream of streams) this.options.journals.of(stream)?.settled(commit.number, number);
    commit.open -= 1;
    // Nothing joins a commit that is durable.
    if (commit.open === 0) this.settledCommits.push(commit);
  }

  /**
   * Settles batches with objects in doubt. They stay staged until it is durable that their records were
   * rejected, so that whoever comes after a crash still finds out about them.
   * @param persist makes the rejected records durable
   */
  async settleDoubts(persist: () => Promise<void>): Promise<void> {
    const isRejected = ({ updates }: Outgoing): boolean => updates.every(({ record }) => record.open <= 0);
    const known = this.doubtful.filter(({ objects }) => objects.every(isRejected));
    this.doubtful = this.doubtful.filter((each) => !known.includes(each));
    await persist();
    for (const { settle } of known) settle();
  }

  /** Removes the parts that are not needed any more. */
  tidy(): Promise<void> {
    this.tidying = this.tidying.then(() => this.removeSettled());
    this.tidying.catch(() => undefined);
    return this.tidying;
  }

  /** Everything that was to be sent is settled, or will not be any more. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.tidy();
  }

  private async removeSettled(): Promise<void> {
    const { storage, journals } = this.options;
    const gone = this.settledCommits;
    if (gone.length === 0) return;
    this.settledCommits = [];
    // In all journals: what stands in a part may have been followed by something in one of another stream.
    await journals.flush();
    await this.noteChanged(gone);
    await storage.remove(gone.flatMap(({ keys }) => keys));
    journals.forgetCommits(gone.map(({ number }) => number));
  }

  private noteProfiles(objects: readonly Outgoing[], { changed, undone }: Commit): void {
    for (const outgoing of objects) {
      if (outgoing.slot.undoes) undone.push(...undoneBy(outgoing));
      const stream = streamOf(outgoing);
      let profiles = changed.get(stream);
      if (!profiles) {
        profiles = new WordList();
        changed.set(stream, profiles);
      }
      this.options.deltas.addProfile(outgoing, profiles);
    }
  }

  private async noteChanged(commits: readonly Commit[]): Promise<void> {
    const streams = new Set(commits.flatMap(({ changed }) => [...changed.keys()]));
    for (const stream of streams) {
      const lists = commits.flatMap(({ changed }) => changed.get(stream)?.words ?? []);
      await this.options.deltas.noteChanged(stream, joined(lists));
    }
    const undone = commits.flatMap((commit) => commit.undone);
    if (undone.length > 0) await this.options.deltas.noteUndone(undone);
  }

  /** Notes what Braze has accepted of a batch, or may have, and must not get twice. */
  private note(
    objects: readonly Outgoing[],
    entries: readonly (readonly number[])[],
    fates: readonly FinalFate[],
  ): void {
    if (entries.every((own) => own === none)) return;
    for (const [position, outgoing] of objects.entries()) {
      const own = entries[position] ?? none;
      const fate = fates[position];
      if (own.length === 0 || !fate || !(fate.accepted || isInDoubt(fate))) continue;
      const journal = this.options.journals.of(streamOf(outgoing));
      for (let at = 0; at < own.length; at += 3)
        journal?.note(own[at] as number, own[at + 1] as number, own[at + 2] as number);
    }
  }
}

const isInDoubt = (fate: FinalFate): boolean => !fate.accepted && fate.code === "outcome_unknown";

/** What the journal will note of an object once Braze has accepted it: epoch and fingerprint, in threes. */
function entriesOf({ updates }: Outgoing): readonly number[] {
  let entries: number[] | undefined;
  for (const update of updates) {
    const fingerprint = fingerprintOf(update);
    if (!fingerprint) continue;
    entries ??= [];
    entries.push(update.record.epoch.number, fingerprint.lo, fingerprint.hi);
  }
  return entries ?? none;
}

/** The stream of an object: of merged updates all have the same. */
const streamOf = ({ updates }: Outgoing): string => updates[0]?.record.stream ?? "";

function joined(lists: readonly Uint32Array[]): Uint32Array {
  const words = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    words.set(list, at);
    at += list.length;
  }
  return words;
}

function byStream(
  objects: readonly Outgoing[],
  entries: readonly (readonly number[])[],
): Map<string, StagedObject[]> {
  const streams = new Map<string, StagedObject[]>();
  for (let position = 0; position < objects.length; position++) {
    const outgoing = objects[position] as Outgoing;
    const { slot, identity, updates } = outgoing;
    const own = entries[position] ?? none;
    const fingerprints = own.length === 0 ? none : own.filter((_, index) => index % 3 !== 0);
    const staged: StagedObject = {
      slot: slot.name,
      identity,
      // What ties identities together is never merged with others.
      also: updates[0]?.also,
      json: outgoing.utf8 ?? jsonOf(outgoing),
      encoding: outgoing.utf8 ? undefined : writtenEncoding(outgoing),
      fingerprints,
    };
    const stream = streamOf(outgoing);
    const others = streams.get(stream);
    if (others) others.push(staged);
    else streams.set(stream, [staged]);
  }
  return streams;
}
