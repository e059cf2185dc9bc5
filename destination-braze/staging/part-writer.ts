import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { WordList } from "../delta/word-list";
import type { StagedObject } from "./part-file";
import { PartText } from "./part-text";

/** What becomes durable together: a part of each stream concerned. */
export class Commit {
  /** Batches in it. */
  batches = 0;
  /** Batches of which it is not known yet what became of their objects. */
  open = 0;
  sizeBytes = 0;
  readonly parts = new Map<string, PartText>();
  /** By stream, whose profiles the objects change; see DeltaIndex.addProfile. */
  readonly changed = new Map<string, WordList>();
  /** Of whom or what Braze does not have any more what it had, once it has accepted the objects. */
  readonly undone: string[] = [];
  /** Keys of the parts. */
  readonly keys: string[] = [];
  readonly durable: Promise<void>;
  private settleDurable: (written: Promise<void>) => void = () => undefined;

  constructor(readonly number: number) {
    this.durable = new Promise((resolve) => {
      this.settleDurable = resolve;
    });
    // Whoever waits is told; that nobody waits must not end the process.
    this.durable.catch(() => undefined);
  }

  begun(written: Promise<void>): void {
    this.settleDurable(written);
  }
}

/** Where a batch stands. */
export interface StagedBatch {
  commit: Commit;
  /** Its number in the commit. */
  number: number;
  streams: readonly string[];
}

/** With so much in it a commit does not wait for the one before: large enough to be few. */
const largeBytes = 1 << 20;
/** Commits written at the same time, so that slow storage does not hold everything up. */
const maxWriting = 4;
/** Under load a commit waits so long for company, counted from the beginning of the one before. */
const paceMs = 50;

/**
 * Writes batches to staged parts, several batches at a time: while one commit is being written, the next
 * one collects. So a batch that comes alone waits for one write only, and under load parts are large.
 */
export class PartWriter {
  private collecting: Commit | undefined;
  private commits = 0;
  private writing = 0;
  private begunAtMs = Number.NEGATIVE_INFINITY;
  private scheduled = false;
  /** Size of the last part: the next one is likely to be like it. */
  private lastBytes = 0;

  /**
   * @param folderOf where a stream's parts go: `_braze/{stream}/staged/`
   * @param run names this run; later runs have names that sort behind it
   * @param reachOf see LeftPart in part-file.ts
   */
  constructor(
    private readonly storage: Pick<ObjectStorage, "write">,
    private readonly folderOf: (stream: string) => string,
    private readonly run: string,
    private readonly reachOf: (stream: string) => number,
  ) {}

  /** Adds a batch: for each stream its objects. It is durable when `commit.durable` resolves. */
  add(byStream: ReadonlyMap<string, readonly StagedObject[]>): StagedBatch {
    if (!this.collecting) {
      this.commits += 1;
      this.collecting = new Commit(this.commits);
    }
    const commit = this.collecting;
    const number = commit.batches;
    commit.batches += 1;
    commit.open += 1;
    for (const [stream, objects] of byStream) {
      let part = commit.parts.get(stream);
      if (!part) {
        part = new PartText(this.lastBytes);
        commit.parts.set(stream, part);
      }
      const before = part.sizeBytes;
      part.add(objects, number);
      commit.sizeBytes += part.sizeBytes - before;
    }
    this.schedule();
    return { commit, number, streams: [...byStream.keys()] };
  }

  private schedule(): void {
    const { collecting } = this;
    if (!collecting) return;
    if (collecting.sizeBytes >= largeBytes && this.writing < maxWriting) {
      this.begin(collecting);
      return;
    }
    if (this.writing > 0 || this.scheduled) return;
    this.scheduled = true;
    const begin = (): void => {
      this.scheduled = false;
      // A large one may have gone meanwhile, and its successor waits for it.
      if (this.collecting && this.writing === 0) this.begin(this.collecting);
    };
    const waitMs = this.begunAtMs + paceMs - performance.now();
    // Batches that are made in one go come together.
    if (waitMs > 0) setTimeout(begin, waitMs);
    else setImmediate(begin);
  }

  private begin(commit: Commit): void {
    this.collecting = undefined;
    this.writing += 1;
    this.begunAtMs = performance.now();
    const written = this.write(commit).finally(() => {
      this.writing -= 1;
      this.schedule();
    });
    commit.begun(written);
  }

  private async write(commit: Commit): Promise<void> {
    const parts = [...commit.parts];
    commit.parts.clear();
    const name = `${this.run}-${String(commit.number).padStart(8, "0")}.jsonl.gz`;
    await Promise.all(
      parts.map(async ([stream, part]) => {
        const key = `${this.folderOf(stream)}${name}`;
        commit.keys.push(key);
        this.lastBytes = part.sizeBytes;
        await this.storage.write(key, await part.encode(this.reachOf(stream)));
      }),
    );
  }
}
