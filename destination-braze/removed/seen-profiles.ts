import type { PartitionOf } from "../delta/partition";
import { HeldLines } from "./held-lines";
import { decodeSeen, mentionLine, nobody, type Seen, seenLine } from "./lines";
import type { SealedFiles } from "./sealed-files";

/**
 * Parts of a member list: a divisor of the index's number of parts (delta/partition.ts), for the same reason,
 * and few, because each file written is a request. Of a million members 42,000 are in memory at a time.
 */
export const memberParts = 24;

export const partName = (part: number): string => String(part).padStart(2, "0");

/** Held in memory before it is stored, in bytes: some 150,000 identities. */
const maxHeldBytes = 4 << 20;

/**
 * Who came along in a refresh, over all its attempts: `seen/{marker}/{part}-{attempt}-{number}.bin`. What
 * other markers have is left over from refreshes that never came whole.
 */
export class SeenProfiles {
  private readonly held = new HeldLines(memberParts);
  private files = 0;
  /** What kept identities from being stored: they are lost. */
  private failure: { error: unknown } | undefined;

  /**
   * @param keys files of this and of earlier refreshes
   * @param attempt tells the files of this process apart
   */
  constructor(
    private readonly storage: SealedFiles,
    private readonly folder: string,
    private readonly marker: string,
    private readonly keys: string[],
    private readonly attempt: string,
    private readonly partitionOf: PartitionOf,
  ) {}

  add(identity: string): void {
    this.held.add(this.partOf(identity), seenLine(identity));
  }

  mention(identity: string): void {
    this.held.add(this.partOf(identity), mentionLine(identity));
  }

  get isFull(): boolean {
    return this.held.sizeBytes >= maxHeldBytes;
  }

  /** Stores what is held in memory. @throws also when it failed before, for then somebody is missing */
  async store(): Promise<void> {
    try {
      await this.storeHeld();
    } catch (error) {
      this.failure ??= { error };
    }
    if (this.failure) throw this.failure.error;
  }

  private async storeHeld(): Promise<void> {
    if (this.held.sizeBytes === 0) return;
    const texts = Array.from({ length: memberParts }, (_, part) => this.held.text(part));
    this.held.clear();
    this.files += 1;
    await Promise.all(
      texts.map(async (text, part) => {
        if (text === "") return;
        const key = `${this.folder}${this.marker}/${partName(part)}-${this.attempt}-${this.files}.bin`;
        await this.storage.write(key, text);
        this.keys.push(key);
      }),
    );
  }

  /** Who came along in this refresh; `whole` says whether that is everybody. */
  async inThisRefresh(part: number): Promise<Seen & { whole: boolean }> {
    const all = { ...nobody(), whole: true };
    decodeSeen(this.held.text(part), all);
    for (const key of this.keysOf(part, true)) {
      const text = await this.storage.readIfPossible(key, "who came along in this refresh");
      if (text === undefined) all.whole = false;
      else decodeSeen(text, all);
    }
    return all;
  }

  /** Who came along in refreshes that never came whole, as far as that can be known. */
  async earlier(part: number): Promise<Set<string>> {
    const all = nobody();
    for (const key of this.keysOf(part, false)) {
      const text = await this.storage.readIfPossible(
        key,
        "who came along in an earlier, interrupted refresh",
      );
      if (text !== undefined) decodeSeen(text, all);
    }
    return all.seen;
  }

  /** Removes all files: the member list says it all now. */
  async clear(): Promise<void> {
    await this.storage.remove(this.keys.splice(0));
    this.held.clear();
  }

  private partOf(identity: string): number {
    return this.partitionOf(identity) % memberParts;
  }

  private keysOf(part: number, ofThisRefresh: boolean): string[] {
    const own = `${this.folder}${this.marker}/`;
    return this.keys.filter(
      (key) =>
        key.startsWith(own) === ofThisRefresh &&
        (key.split("/").at(-1) ?? "").startsWith(`${partName(part)}-`),
    );
  }
}
