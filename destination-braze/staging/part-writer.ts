import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { encodePart, lineOf, type StagedObject } from "./part-file";

/** What becomes durable together: a part of each stream concerned. */
export class Commit {
  /** Batches in it. */
  batches = 0;
  /** Batches of which it is not known yet what became of their objects. */
  open = 0;
  characters = 0;
  readonly parts = new Map<string, { lines: string; objects: number }>();
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

/** Parts hold about so much: enough to be few, little enough for the memory. */
const maxCharacters = 4 << 20;
/** Under load a commit waits so long for company, counted from the beginning of the one before. */
const paceMs = 25;

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

  /**
   * @param folderOf where a stream's parts go: `_braze/{stream}/staged/`
   * @param run names this run; later runs have names that sort behind it
   */
  constructor(
    private readonly storage: Pick<ObjectStorage, "write">,
    private readonly folderOf: (stream: string) => string,
    private readonly run: string,
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
        part = { lines: "", objects: 0 };
        commit.parts.set(stream, part);
      }
      const before = part.lines.length;
      for (const object of objects) part.lines += lineOf(object, number);
      part.objects += objects.length;
      commit.characters += part.lines.length - before;
    }
    this.schedule();
    return { commit, number, streams: [...byStream.keys()] };
  }

  private schedule(): void {
    const { collecting } = this;
    if (!collecting) return;
    if (collecting.characters >= maxCharacters) {
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
      parts.map(async ([stream, { lines, objects }]) => {
        const key = `${this.folderOf(stream)}${name}`;
        commit.keys.push(key);
        await this.storage.write(key, await encodePart(lines, objects));
      }),
    );
  }
}
